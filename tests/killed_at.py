"""client.py, killed at a moment: `python killed_at.py WHEN KIND NUMBER OPTION…`.

It dies `before` or `after` its outbox's file gets the record NUMBER of KIND, counted from 1: "put", or the sink for
which alerts are done; with `never`, it lives. People are told of alerts that come within GROUP_SECONDS together.
"""

import json
import os
import runpy
import signal
import sys
from pathlib import Path

GROUP_SECONDS = 0.3
SCRIPTS = Path(__file__).parents[1] / "websocket_simulator"


def main() -> None:
    when, kind, number, *options = sys.argv[1:]
    sys.path.insert(0, str(SCRIPTS))
    from watch import courier
    from watch.journal import Journal

    courier.GROUP_SECONDS = GROUP_SECONDS
    append, left = Journal.append, [int(number)]

    def append_or_die(journal: Journal, line: bytes) -> None:
        record = json.loads(line)
        left[0] -= record.get("sink", record["type"]) == kind
        is_due = left[0] == 0 and record.get("sink", record["type"]) == kind
        if is_due and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        append(journal, line)
        if is_due and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    Journal.append = append_or_die  # type: ignore[method-assign]
    sys.argv = [str(SCRIPTS / "client.py"), *options]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
