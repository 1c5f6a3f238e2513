"""What came lately, so that a rule can be tried on it: the ticks of the last hour, as far as there is room.

Pure: no sockets, no clock.
"""

import json
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tick import FIRST_INSTANT, LAST_INSTANT, Tick, render
from watch.alert_json import json_line
from watch.making import detector_of
from watch.rule import Rule

SPAN = timedelta(hours=1)
MAX_TICKS = 100_000
MAX_LISTED = 100  # alerts of a trial


class History:
    """The latest ticks, in the order in which they came."""

    def __init__(self) -> None:
        self._batches: deque[Sequence[Tick]] = deque()
        self._count = 0

    def add(self, ticks: Sequence[Tick]) -> None:
        """Add ticks that came together; forget those that are too old, or too many."""
        if not ticks:
            return
        ticks = ticks[-MAX_TICKS:]
        self._batches.append(ticks)
        self._count += len(ticks)
        begin = max(ticks[-1].timestamp, FIRST_INSTANT + SPAN) - SPAN
        while self._count > MAX_TICKS or self._batches[0][-1].timestamp < begin:
            self._count -= len(self._batches.popleft())

    def try_rule(self, rule: Rule) -> dict[str, Any]:
        """What the rule would have raised: `begin` and `end` of the ticks, how many they are, `count` and `alerts`.

        At most MAX_LISTED alerts are listed, as the watch prints them. May be called by another thread.
        """
        ticks = [tick for batch in list(self._batches) for tick in batch]
        detector = detector_of(rule, lambda line: None)
        alerts = [*detector.feed(ticks), *detector.expire(LAST_INSTANT)]
        times = sorted(tick.timestamp for tick in ticks)
        return {
            "begin": render(times[0]) if times else None,
            "end": render(times[-1]) if times else None,
            "ticks": len(ticks),
            "count": len(alerts),
            "alerts": [json.loads(json_line(alert)) for alert in alerts[:MAX_LISTED]],
        }
