"""A watch's life, cut down to an outbox on disk and its notifications, for tests that kill it.

`python bringing.py OUTBOX GROUP_SECONDS PAUSE COUNT`: puts COUNT alerts, unless they are there, and brings them to the
targets in $NOTIFY_TARGETS. It says `put`, `taken` when a target has answered, and `marked` when that is on disk; with
PAUSE it stops at that word until it is killed.
"""

import sys
import time
from pathlib import Path
from threading import Event

from websocket_simulator.watch.tests.lines import line

from status import log
from watch import courier
from watch.notify import Notifier
from watch.outbox import Outbox
from watch.targets import targets_of


class SaidOutbox(Outbox):
    pause = ""

    def done(self, sink: str, *ids: str) -> None:
        self.say("taken")
        super().done(sink, *ids)
        self.say("marked")

    def say(self, word: str) -> None:
        print(word, flush=True)
        if word == self.pause:
            Event().wait()


def main() -> None:
    path, seconds, pause, count = sys.argv[1:]
    courier.GROUP_SECONDS, courier.FIRST_DELAY = float(seconds), 0.01
    is_new, targets = not Path(path).exists(), targets_of(["$NOTIFY_TARGETS"], "file")
    now = time.time()  # of all that this life puts, so that it is one message, however slow the machine is
    outbox = SaidOutbox(Path(path), [target.sink for target in targets], log, lambda: now)
    outbox.pause = pause
    notifier = Notifier(outbox, log)
    if is_new:
        for number in range(int(count)):
            outbox.put(f"{number:016x}", line(number, ticker=f"T{number}"))
    outbox.say("put")
    notifier.use(targets, {})
    notifier.drain() if pause != "wait" else Event().wait()
    outbox.say("end")


if __name__ == "__main__":
    main()
