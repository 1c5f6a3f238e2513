"""The live view: on a terminal it draws, elsewhere there are plain lines."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

from rich.console import Console

from tick import Tick, encode
from watch.detector import SpikeDetector
from watch.live import BARS, LiveView, sparkline
from watch.rule import Rule
from watch.state import Watch

SCRIPTS = Path(__file__).parents[1]
START = datetime(2025, 6, 6, 20, tzinfo=UTC)


def drawn(*frames: str, height: int = 40) -> str:
    """What the view shows after these frames."""
    console = Console(file=StringIO(), force_terminal=True, width=100, height=height, color_system=None)
    view = LiveView(console)
    watch = Watch([SpikeDetector(Rule(confirm=timedelta(0)))], view.show, log=print, clock=lambda: datetime.now(UTC))
    view.live.start()
    watch.health.connected(0)
    for second, frame in enumerate(frames):
        watch.take([frame])
        watch.look(second, 30)
        view.draw(watch)
    view.live.stop()
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().rpartition("Ticker")[2]


def frame(second: int, **prices: str) -> str:
    return encode(Tick(ticker, Decimal(price), START + timedelta(seconds=second)) for ticker, price in prices.items())


def test_it_shows_price_low_rise_and_alerts() -> None:
    shown = drawn(frame(0, AAPL="100", MSFT="50"), frame(1, AAPL="103", MSFT="49.5"))
    [aapl, msft] = [line.split() for line in shown.splitlines() if line.strip().startswith(("AAPL", "MSFT"))]
    assert aapl == ["AAPL", "103", "100", "3.00%", "▁█"]
    assert msft == ["MSFT", "49.5", "49.5", "0.00%", "█▁"]
    assert "📈 Price Spike Alert: AAPL increased by 3.0% in 1 minute!" in shown
    assert "4 ticks, 0 gaps, 1 alerts" in shown
    assert re.search("feed: (live|[0-9]+ days behind)", shown)


def test_it_shows_what_the_feed_does_and_who_is_quiet() -> None:
    quiet = drawn(
        *[frame(second, A="1", B="1") for second in range(5)], *[frame(second, A="1") for second in range(5, 80)]
    )
    assert re.search(r"feed: \d+ days behind; quiet: B", quiet)
    ahead = drawn(frame(0, A="1").replace("2025", "9999"))
    assert "feed: live, ahead of our clock" in ahead


def test_where_there_is_no_room_it_shows_those_that_rose_most() -> None:
    tickers = [f"T{number}" for number in range(50)]
    shown = drawn(frame(0, **dict.fromkeys(tickers, "100")), frame(1, T7="101"), height=20)
    assert "the 3 of 50 tickers that rose most" in shown
    assert "T7 " in shown
    assert "No alert yet." in drawn(frame(0, A="1"))


def test_a_sparkline_goes_from_the_lowest_to_the_highest() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8]) == BARS
    assert sparkline([5, 5]) == "▁▁"
