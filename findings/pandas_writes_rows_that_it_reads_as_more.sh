#!/usr/bin/env bash
# pandas 3.1.1 on Python 3.11 and 3.12: what `to_csv` writes of a text with a carriage return, `read_csv` reads as two rows.
#
# Guess:       to_csv quotes whatever its own read_csv takes for the end of a row, so that a frame of texts comes back.
# Behaviour:   on systems whose lines end in "\n", a lone "\r" is not quoted, as csv.writer of these Pythons quotes only
#              the characters of its line terminator; read_csv, and most other readers, end the row there. No warning: the
#              rest of the text stands in the first column of a row more. Python 3.13 quotes it.
# Consequence: a frame of notes that people pasted, written and read again, has rows that nobody booked; where the rest of
#              the text looks like an id, it is one. `to_csv(..., quoting=csv.QUOTE_ALL)` keeps it.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1
cat >"$folder/again.py" <<'PYTHON'
import csv
import sys

import pandas

path = sys.argv[1]
trades = pandas.DataFrame({"id": ["7", "8"], "note": ["bought early\r9", "sold"]})
trades.to_csv(path, index=False)
read = pandas.read_csv(path, dtype=str, keep_default_na=False)
trades.to_csv(path, index=False, quoting=csv.QUOTE_ALL)
quoted = pandas.read_csv(path, dtype=str, keep_default_na=False)
print("Python:", sys.version.split()[0])
print("ids that were written:", trades["id"].tolist())
print("ids that were read:   ", read["id"].tolist())
print("ids with QUOTE_ALL:   ", quoted["id"].tolist())
sys.exit(0 if read["id"].tolist() == ["7", "9", "8"] and quoted.equals(trades) else 1)
PYTHON
"$folder/venv/bin/python" "$folder/again.py" "$folder/trades.csv"
