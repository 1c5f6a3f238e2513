"""The watch's metrics, in the format of Prometheus, served by a thread of their own.

What is read at a scrape are numbers that the watch keeps anyway: no tick costs more for it.
"""

from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from status import reason
from watch.state import Watch

THIS_MACHINE = "127.0.0.1"
HIGHEST_PORT = 65_535

Address = tuple[str, int]


class MetricsError(Exception):
    """Metrics cannot be served; the message says where, and why."""


def none_waiting() -> dict[str, int]:
    """Of a watch without an outbox."""
    return {}


def nothing() -> int:
    """Of a watch that drops, mutes, or withdraws, nothing."""
    return 0


@dataclass(frozen=True)
class WatchReadings(Collector):
    """What is measured at the moment of a scrape; `waiting` tells how many alerts wait, by sink."""

    watch: Watch
    waiting: Callable[[], Mapping[str, int]] = none_waiting
    dropped: Callable[[], int] = nothing
    muted: Callable[[], int] = nothing
    withdrawn: Callable[[], int] = nothing

    def collect(self) -> Iterator[Metric]:
        yield from self._counters()
        yield from self._of_the_feed()
        yield from self._of_candles()
        alerts = CounterMetricFamily("watch_alerts", "Alerts, by the kind of their rule.", labels=["kind"])
        for kind, count in list(self.watch.kinds.items()):
            alerts.add_metric([kind], count)
        waiting = GaugeMetricFamily("watch_outbox_waiting", "Alerts that wait, by where they go.", labels=["sink"])
        for sink, count in self.waiting().items():
            waiting.add_metric([sink], count)
        yield from (alerts, waiting)

    def _counters(self) -> Iterator[Metric]:
        watch, sequence, detectors = self.watch, self.watch.sequence, self.watch.detectors
        for name, text, count in (
            ("ticks", "Ticks that were watched.", watch.ticks),
            ("frames", "Frames that came.", watch.intake.frames),
            ("bad", "Items of frames that are no ticks.", watch.intake.bad),
            ("errors", "Errors that the feed reported.", watch.health.errors),
            ("late", "Ticks that came too late.", watch.count_of("late")),
            ("quarantined", "Ticks that were ahead of the clock.", watch.count_of("quarantined")),
            ("duplicates", "Ticks that came before.", watch.duplicates),
            ("outliers", "Ticks that the next one contradicted.", watch.count_of("outliers")),
            ("tickers_forgotten", "Tickers for which there was no room.", sum(one.forgotten for one in detectors)),
            ("reconnections", "Connections after the first.", max(0, watch.connections - 1)),
            ("restarts", "How often the feed's numbers began anew.", sequence.restarts),
            ("muted", "Alerts that nobody was told.", self.muted()),
            ("withdrawn", "Alerts whose trade the venue took back.", self.withdrawn()),
            ("outbox_dropped", "Alerts that waited too long, or were too many.", self.dropped()),
        ):
            yield CounterMetricFamily(f"watch_{name}", text, count)

    def _of_the_feed(self) -> Iterator[Metric]:
        watch, health = self.watch, self.watch.health
        behind = (health.behind or timedelta()).total_seconds()
        for name, text, value in (
            ("gaps", "Gaps in what came; one that is filled is none.", watch.sequence.gaps),
            ("feed_connected", "Whether there is a connection.", health.is_connected),
            (
                "feed_mute",
                "Whether the connection was replaced since nothing came, and nothing came yet.",
                health.is_mute,
            ),
            ("feed_silent", "Whether the feed lives, and does not tick.", health.is_silent),
            ("feed_understood", "Whether anything is understood of what comes.", not health.is_foreign),
            ("feed_ahead", "Whether all ticks are ahead of the clock.", watch.is_ahead),
            ("feed_behind_seconds", "How old the newest tick was when it came, if that is too old.", behind),
            ("quiet_tickers", "Tickers that are quiet while others tick.", len(watch.quiet.tickers)),
        ):
            yield GaugeMetricFamily(f"watch_{name}", text, value)

    def _of_candles(self) -> Iterator[Metric]:
        if candles := self.watch.candles:
            yield GaugeMetricFamily("watch_candles_waiting", "Candles that wait for the ledger.", len(candles.queue))
            dropped, left_out = candles.queue.dropped, candles.minutes.late + candles.minutes.crowded
            yield CounterMetricFamily("watch_candles_dropped", "Candles that were too many to wait.", dropped)
            yield CounterMetricFamily(
                "watch_candles_late", "Ticks that came too late for a candle, or had no room.", left_out
            )


def metrics_address(text: str) -> Address:
    """`[HOST:]PORT`, of this machine alone unless there is a host; an IPv6 address is in brackets."""
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or not 0 <= int(port) <= HIGHEST_PORT:
        raise ArgumentTypeError(f"{text} is not [HOST:]PORT")
    return host.removeprefix("[").removesuffix("]") or THIS_MACHINE, int(port)


def serve_metrics(address: Address, readings: WatchReadings) -> tuple[int, Callable[[], None]]:
    """Serve them at any path; return the port, and what ends it. MetricsError if the address cannot be had."""
    registry = CollectorRegistry()
    registry.register(readings)
    try:
        server, thread = start_http_server(address[1], address[0], registry)
    except OSError as error:
        raise MetricsError(f"cannot serve metrics on {address[0]}:{address[1]}: {reason(error)}") from error

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return server.server_port, end
