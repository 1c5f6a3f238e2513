"""What Prometheus is told at /metrics.

Several workers write to files of one directory, and whichever is asked adds them up. A file is a worker's by its slot
among them, not by its process: whoever replaces one that ended goes on with its file, so that counts never fall.
"""

import os
from collections.abc import Callable

from django.db import transaction
from prometheus_client import Counter, Histogram, values

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
slot: str | None = None  # of this worker


def use_slot(number: int) -> None:
    """From here on this process is that worker."""
    global slot
    slot = str(number)


def who() -> str:
    return slot or f"process-{os.getpid()}"


if DIRECTORY in os.environ:
    multiprocess: Callable[..., type] = values.MultiProcessValue
    values.ValueClass = multiprocess(who)

REQUESTS = Histogram(
    "http_request_duration_seconds",
    "From the moment when a thread has a request until it has its answer.",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)
TRADES_WRITTEN = Counter("ledger_trades_written", "Trades that were added, changed, deleted or restored.", ["how"])
ADDED, CHANGED, DELETED, RESTORED = map(TRADES_WRITTEN.labels, ("added", "changed", "deleted", "restored"))
ALERTS = Counter("ledger_alerts", "Alerts that the watch reported, each once.", ["kind"])


def count(counter: Counter, times: int = 1) -> None:
    """What was written counts when it is committed."""
    transaction.on_commit(lambda: counter.inc(times))
