"""The metrics of a watch, as Prometheus reads them."""

import re
import socket
import urllib.request
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from notices import Heartbeat, encode_heartbeat
from tick import Tick, encode
from watch.candle_queue import CandleQueue
from watch.candles import Candles
from watch.detector import SpikeDetector
from watch.rule import Rule
from watch.state import Watch
from watch.watch_metrics import MetricsError, WatchReadings, metrics_address, serve_metrics

NOW = datetime(2025, 6, 6, 20, tzinfo=UTC)
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))

Serve = Callable[[WatchReadings], str]


@pytest.fixture
def watch() -> Watch:
    plain = partial(Rule, confirm=timedelta(0))
    detectors = [SpikeDetector(plain()), SpikeDetector(plain(kind="fall"))]
    return Watch(detectors, lambda alerts: None, clock=lambda: NOW, log=lambda line: None)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves readings, and returns the address."""
    ends = []

    def serve(readings: WatchReadings) -> str:
        port, end = serve_metrics(("127.0.0.1", 0), readings)
        ends.append(end)
        return f"http://127.0.0.1:{port}/metrics"

    yield serve
    for end in ends:
        end()


def scraped(url: str) -> dict[str, float]:
    text = DIRECT.open(url, timeout=10).read().decode()
    return {name: float(value) for name, value in re.findall(r"^(watch_\S+) (\S+)$", text, re.MULTILINE)}


def frame(*prices: str, second: int, ticker: str = "A") -> bytes:
    return encode(
        Tick(ticker, Decimal(price), NOW + timedelta(seconds=second + number)) for number, price in enumerate(prices)
    ).encode()


def test_everything_that_is_counted_is_read(watch: Watch, serve: Serve) -> None:
    url = serve(WatchReadings(watch, lambda: {"ledger": 3}, lambda: 4, lambda: 5, lambda: 6))
    watch.health.connected(0)
    watch.connected()
    watch.take([frame("100", "103", "90", second=-50), encode_heartbeat(Heartbeat(7, NOW)).encode()])
    watch.connected()
    watch.take([frame("90", second=-48), frame("1", second=-60), frame("1", second=900), b"?", b'{"type":"error"}'])
    assert scraped(url) == {
        "watch_ticks_total": 5, "watch_frames_total": 7, "watch_bad_total": 1, "watch_errors_total": 1,
        "watch_late_total": 1, "watch_quarantined_total": 1, "watch_duplicates_total": 1, "watch_outliers_total": 0,
        "watch_tickers_forgotten_total": 0, "watch_reconnections_total": 1, "watch_restarts_total": 0,
        "watch_muted_total": 5, "watch_withdrawn_total": 6, "watch_outbox_dropped_total": 4, "watch_gaps": 0, "watch_feed_connected": 1,
        "watch_feed_mute": 0, "watch_feed_silent": 0, "watch_feed_understood": 1, "watch_feed_ahead": 0,
        "watch_feed_behind_seconds": 0, "watch_quiet_tickers": 0, 'watch_alerts_total{kind="rise"}': 1,
        'watch_alerts_total{kind="fall"}': 1, 'watch_outbox_waiting{sink="ledger"}': 3,
    }  # fmt: skip


def test_the_state_of_the_feed_is_read_as_it_is_now(watch: Watch, serve: Serve) -> None:
    url = serve(WatchReadings(watch))
    watch.health.connected(0)
    for second in range(3):
        watch.take([frame("100", second=-2400)])
        watch.look(second, 30)
    assert scraped(url)["watch_feed_behind_seconds"] == 2400
    watch.look(60, 30)
    watch.take([frame("100", second=900)])
    read = scraped(url)
    assert (read["watch_feed_silent"], read["watch_feed_ahead"], read["watch_muted_total"]) == (1, 1, 0)
    watch.health.lost(is_mute=True)
    read = scraped(url)
    assert (read["watch_feed_connected"], read["watch_feed_mute"]) == (0, 1)


def test_candles_are_counted_where_there_are_some(watch: Watch, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watch.candle_queue.MAX_CANDLES", 1)
    watch.candles = Candles(CandleQueue(lambda line: None))
    watch.take([frame("100", second=-50), frame("100", second=0), frame("100", second=-900)])
    watch.candles.hand_over(watch.sequence)
    read = scraped(serve(WatchReadings(watch)))
    names = ("watch_candles_waiting", "watch_candles_dropped_total", "watch_candles_late_total")
    assert [read[name] for name in names] == [1, 1, 1]


def test_an_address_in_use_is_an_error() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(MetricsError, match=r"^cannot serve metrics on 127.0.0.1:\d+: .*in use$"),
    ):
        serve_metrics(taken.getsockname(), WatchReadings(watch=None))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("9100", ("127.0.0.1", 9100)),
        ("0.0.0.0:0", ("0.0.0.0", 0)),
        ("[::1]:65535", ("::1", 65535)),
        (":1", ("127.0.0.1", 1)),
    ],
)
def test_an_address_is_a_port_or_has_a_host_before_it(text: str, address: tuple[str, int]) -> None:
    assert metrics_address(text) == address


@pytest.mark.parametrize("text", ["", "x", "65536", "-1", "host:", "1.5", "²", "localhost"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=r"is not \[HOST:\]PORT"):
        metrics_address(text)
