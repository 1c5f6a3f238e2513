"""The feed's metrics, in the format of Prometheus."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

if TYPE_CHECKING:
    from feed.admission import Admission

__all__ = ["CONTENT_TYPE", "exposition"]


class State:
    def __init__(self, admission: "Admission") -> None:
        self.admission = admission

    def collect(self) -> Iterator[Metric]:
        admission, feed = self.admission, self.admission.feed
        waiting = max((reader.transport.get_write_buffer_size() for reader in feed.readers), default=0)
        yield GaugeMetricFamily("feed_clients", "Clients that are connected.", admission.clients)
        yield GaugeMetricFamily("feed_backlog_bytes", "What waits for the slowest reader.", waiting)
        yield GaugeMetricFamily("feed_lag_seconds", "How much too late the last ticks were sent.", feed.lag)
        yield CounterMetricFamily("feed_ticks", "Ticks that were sent.", feed.ring.next_seq - feed.ring.origin)
        yield CounterMetricFamily("feed_dropped_readers", "Readers that were let go as too slow.", feed.let_go)
        yield CounterMetricFamily("feed_refused", "Who was not let in.", admission.refused)


def exposition(admission: "Admission") -> str:
    registry = CollectorRegistry()
    registry.register(State(admission))
    return generate_latest(registry).decode()
