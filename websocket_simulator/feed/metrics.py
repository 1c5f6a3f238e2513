"""The feed's metrics, in the format of Prometheus."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from feed.broadcast import Feed


@dataclass(frozen=True)
class Readings(Collector):
    """What is measured at the moment of a scrape."""

    feed: Feed
    clients: int
    refused: int

    def collect(self) -> Iterator[Metric]:
        feed = self.feed
        waiting = max((reader.transport.get_write_buffer_size() for reader in feed.readers), default=0)
        yield GaugeMetricFamily("feed_clients", "Clients that are connected.", self.clients)
        yield GaugeMetricFamily("feed_backlog_bytes", "What waits for the slowest reader.", waiting)
        yield GaugeMetricFamily("feed_lag_seconds", "How much too late the last ticks were sent.", feed.lag)
        yield CounterMetricFamily("feed_ticks", "Ticks that were sent.", feed.backlog.sent)
        yield CounterMetricFamily("feed_dropped_readers", "Readers that were too slow.", feed.slow_consumers)
        yield CounterMetricFamily("feed_refused", "Connections that were refused.", self.refused)
