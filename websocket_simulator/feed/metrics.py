"""The feed's metrics, in the format of Prometheus."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from feed.broadcast import Feed
from venues.session import State

OF_VENUES: list[tuple[str, str, type[Any]]] = [
    ("connections", "Connections to the venue that are open.", GaugeMetricFamily),
    ("reconnections", "How often a connection to the venue was lost.", CounterMetricFamily),
    ("trades", "Trades of the venue that became ticks.", CounterMetricFamily),
    ("duplicates", "Trades that the venue sent again.", CounterMetricFamily),
    ("losses", "How often trades of the venue were lost.", CounterMetricFamily),
    ("bad", "Frames of the venue that were not understood.", CounterMetricFamily),
]


@dataclass(frozen=True)
class Readings(Collector):
    """What is measured at the moment of a scrape."""

    feed: Feed
    clients: int
    refused: int
    venues: Mapping[str, State] = field(default_factory=dict)

    def collect(self) -> Iterator[Metric]:
        feed = self.feed
        waiting = max((reader.transport.get_write_buffer_size() for reader in feed.readers), default=0)
        yield GaugeMetricFamily("feed_clients", "Clients that are connected.", self.clients)
        yield GaugeMetricFamily("feed_backlog_bytes", "What waits for the slowest reader.", waiting)
        yield GaugeMetricFamily("feed_lag_seconds", "How much too late the last ticks were sent.", feed.lag)
        yield CounterMetricFamily("feed_ticks", "Ticks that were sent.", feed.backlog.sent)
        yield CounterMetricFamily("feed_dropped_readers", "Readers that were too slow.", feed.slow_consumers)
        yield CounterMetricFamily("feed_refused", "Connections that were refused.", self.refused)
        for name, text, kind in OF_VENUES:
            family = kind(f"feed_venue_{name}", text, labels=["venue"])
            for venue, state in self.venues.items():
                family.add_metric([venue], state[name])  # type: ignore[literal-required]
            yield family
