"""The feed's metrics, in the format of Prometheus."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector


@dataclass(frozen=True)
class Readings(Collector):
    """What is measured at the moment of a scrape; `waiting` is in bytes, `lag` in seconds."""

    clients: int
    waiting: int
    lag: float
    ticks: int
    slow_consumers: int
    refused: int

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("feed_clients", "Clients that are connected.", self.clients)
        yield GaugeMetricFamily("feed_backlog_bytes", "What waits for the slowest reader.", self.waiting)
        yield GaugeMetricFamily("feed_lag_seconds", "How much too late the last ticks were sent.", self.lag)
        yield CounterMetricFamily("feed_ticks", "Ticks that were sent.", self.ticks)
        yield CounterMetricFamily("feed_dropped_readers", "Readers that were too slow.", self.slow_consumers)
        yield CounterMetricFamily("feed_refused", "Connections that were refused.", self.refused)
