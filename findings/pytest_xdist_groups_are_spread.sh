#!/usr/bin/env bash
# pytest-xdist 3.8.0 with pytest 9.2.0: `--dist loadgroup` spreads the tests of one group over all workers.
#
# Guess:       all tests with the mark xdist_group("one") run in one worker, as the documentation says.
# Behaviour:   they run in several, without a warning: xdist appends the group's name to item._nodeid, and the nodeid of
#              pytest 9.2 is no longer read from there, so the scheduler sees no group.
# Consequence: tests that share what only one process can have (a server, a port, a browser) start it once a worker, or
#              disturb each other. `--dist loadfile` is not concerned: it goes by the file's name.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pytest==9.2.0 pytest-xdist==3.8.0
cat >"$folder/test_group.py" <<'PYTHON'
import os
from pathlib import Path

import pytest


@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(12))
def test_of_the_group(number, worker_id):
    with Path(os.environ["WORKERS"]).open("a") as file:
        file.write(f"{worker_id}\n")
PYTHON
cd "$folder"
WORKERS="$folder/workers" "$folder/venv/bin/python" -m pytest -q -p no:cacheprovider -n 3 --dist loadgroup
count=$(sort -u "$folder/workers" | wc -l)
echo "workers that ran tests of the one group: $count"
[ "$count" -gt 1 ]
