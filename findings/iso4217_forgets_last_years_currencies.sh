#!/usr/bin/env bash
# iso4217 1.16.20260101: a currency that was replaced is gone, from the day on which it was, although trades in it are not.
#
# Guess:       a table of ISO 4217 knows BGN, in which a broker's file of December 2025 is kept, and tells that it is a
#              former one.
# Behaviour:   the package has the list of current codes alone: BGN left it on 2026-01-01, as HRK did in 2023. Neither
#              can be looked up. Babel 2.19.0, whose list comes from CLDR, has both, and DEM as well.
# Consequence: a ledger that checks codes against it refuses last year's trades after an update of the package, and so
#              may refuse its own export.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check iso4217==1.16.20260101 babel==2.19.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys

from babel.numbers import list_currencies
from iso4217 import Currency

current = {one.code for one in Currency}
both = list_currencies()
print("code  iso4217  Babel")
for code in ("EUR", "BGN", "HRK", "DEM"):
    print(f"{code:5} {code in current!s:8} {code in both}")
gone = [code for code in ("BGN", "HRK", "DEM") if code not in current and code in both]
sys.exit(0 if "EUR" in current and len(gone) == 3 else 1)
PYTHON
