#!/usr/bin/env bash
# websockets 17.4: of the delays between attempts to reconnect, only the first is random.
#
# Guess:       `async for connection in connect(...)` reconnects with exponential backoff and jitter on every delay, so
#              that clients that lost a server at the same moment return spread over time.
# Behaviour:   the first delay is uniform between 0 and 5 s; every later one is the same number for all clients. Where the
#              server stays away for longer than the first delays, all of them wait in the same steps, at most 5 s apart.
# Consequence: a feed that is away for minutes is asked by all its clients within the same 5 s, at every step. Clients that
#              should be spread need delays of their own: `connect(uri, reconnect_delays=...)`.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check websockets==17.4
cat >"$folder/delays.py" <<'PYTHON'
import itertools
import random
import sys

from websockets.client import backoff

clients = []
for seed in range(4):
    random.seed(seed)
    clients.append([round(delay, 2) for delay in itertools.islice(backoff(), 8)])
for delays in clients:
    print(*delays)
firsts, others = {delays[0] for delays in clients}, {tuple(delays[1:]) for delays in clients}
print("different first delays:", len(firsts), "- different sequences of all others:", len(others))
sys.exit(not (len(firsts) == len(clients) and len(others) == 1))
PYTHON
"$folder/venv/bin/python" "$folder/delays.py"
