"""The metrics at /metrics.

Several workers write to files of one directory, and whichever answers adds them up. A file belongs to a worker's slot,
not to its process: a worker that replaces another continues its file, so counts do not fall and files do not pile up.
prometheus_client's public setting knows processes alone, so its `ValueClass` is replaced.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from django.db import InterfaceError, OperationalError, transaction
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from .commits import lag

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
slot: str | None = None  # of this worker


def use_slot(number: int) -> None:
    """From here on this process is that worker."""
    global slot
    slot = str(number)


def who() -> str:
    """By which the files of this process are named."""
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

CANDLES = Counter("ledger_market_candles", "Candles of the market that a watch sent, repeated ones too.")


class Asked(Collector):
    """A gauge whose value the database is asked for, whenever somebody asks for it; none while there is no answer."""

    def __init__(self, name: str, about: str, ask: Callable[[], float]) -> None:
        self.name, self.about, self.ask = name, about, ask

    def describe(self) -> Iterable[Metric]:
        """Nothing: to be registered takes no query."""
        return ()

    def collect(self) -> Iterator[Metric]:
        with suppress(OperationalError, InterfaceError):
            yield GaugeMetricFamily(self.name, self.about, value=self.ask())


ASKED: list[Asked] = []


def add_gauges(*gauges: Asked) -> None:
    """They are answered from here on, by each worker."""
    ASKED.extend(gauges)
    for gauge in gauges:
        REGISTRY.register(gauge)


add_gauges(
    Asked("ledger_changes_lag_seconds", "Since the oldest transaction began that holds newer changes back.", lag)
)


def exposition() -> bytes:
    """Of all workers, in the text format of Prometheus."""
    registry = REGISTRY
    if DIRECTORY in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        for gauge in ASKED:
            registry.register(gauge)
    return generate_latest(registry)


def count(counter: Counter, times: int = 1) -> None:
    """What was written is counted when it is committed."""
    transaction.on_commit(lambda: counter.inc(times))
