"""The watch in place on a terminal: tickers with price, low, move and a sparkline, and the latest alerts below."""

import asyncio
import heapq
import sys
from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from watch.alert import Alert
from watch.alert_text import text_line
from watch.detector import SpikeDetector
from watch.quiet import named
from watch.state import Watch
from watch.window import Window

REFRESH = 0.5  # seconds
SAMPLES = 40  # of a sparkline, one a refresh
MAX_ALERTS = 8
FRAME = 9  # lines that are neither a ticker nor an alert
BARS = "▁▂▃▄▅▆▇█"


def sparkline(prices: Sequence[float]) -> str:
    """A bar for each price, from the lowest to the highest; all the lowest if the price stood still."""
    low, high = min(prices), max(prices)
    steps = len(BARS) - 1
    return "".join(BARS[round((price - low) / (high - low) * steps) if high > low else 0] for price in prices)


class LiveView:
    """Draws what a watch knows, and the alerts that `show` gets."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console()
        self.alerts: deque[Alert] = deque(maxlen=MAX_ALERTS)
        self.withdrawn: dict[str, str] = {}  # reasons, by id
        self.samples: dict[str, deque[float]] = {}
        self.live = Live(console=self.console, auto_refresh=False, redirect_stderr=sys.stderr.isatty())

    def show(self, alerts: Iterable[Alert]) -> None:
        """Draw them from the next refresh on, until MAX_ALERTS later ones have come."""
        self.alerts.extend(alerts)

    def withdraw(self, reasons: Mapping[str, str]) -> None:
        """Mark those of the alerts that are drawn; `reasons` are by id."""
        shown = {alert.id for alert in self.alerts}
        self.withdrawn = {one: why for one, why in {**self.withdrawn, **reasons}.items() if one in shown}

    async def refresh(self, watch: Watch) -> None:
        """Draw for ever."""
        with self.live:
            try:
                while True:
                    self.draw(watch)
                    await asyncio.sleep(REFRESH)
            finally:
                self.draw(watch)

    def draw(self, watch: Watch) -> None:
        """Draw once, and keep each ticker's price for its sparkline."""
        rises = (one for one in watch.detectors if isinstance(one, SpikeDetector) and not one.is_of_falls)
        detector = next(rises, None)
        windows = {ticker: window for ticker, window in detector.windows.items() if window.lows} if detector else {}
        self.samples = {ticker: self.samples.get(ticker, deque(maxlen=SAMPLES)) for ticker in windows}
        for ticker, window in windows.items():
            self.samples[ticker].append(float(window.newest.price))
        counts = f"{watch.ticks} ticks, {watch.sequence.gaps} gaps, {watch.alerts} alerts"
        lines = [*self._alerts(), _feed(watch), Text(counts, "dim")]
        self.live.update(Group(self._prices(windows), *lines), refresh=True)

    def _prices(self, windows: Mapping[str, Window]) -> Table:
        """The tickers that rose most, as many as there is room for."""
        room = max(1, self.console.size.height - MAX_ALERTS - FRAME)
        rows = sorted(heapq.nlargest(room, windows, key=lambda ticker: _rise(windows[ticker])))
        table = Table(box=box.SIMPLE, pad_edge=False)
        for header in ("Ticker", "Price", "Low of window", "Rise"):
            table.add_column(header, justify="left" if header == "Ticker" else "right", no_wrap=True)
        table.add_column("Lately", no_wrap=True)
        for ticker in rows:
            window, rise = windows[ticker], _rise(windows[ticker])
            style = "bold" if rise > float(window.rule.threshold) else ""
            prices = (f"{window.newest.price:f}", f"{window.low:f}", f"{rise:.2f}%")
            table.add_row(Text(ticker), *prices, sparkline(self.samples[ticker]), style=style)
        if len(rows) < len(windows):
            table.caption = f"the {len(rows)} of {len(windows)} tickers that rose most"
        return table

    def _alerts(self) -> list[Text]:
        return [self._alert(alert) for alert in reversed(self.alerts)] or [Text("No alert yet.", "dim")]

    def _alert(self, alert: Alert) -> Text:
        line = f"{alert.tick.timestamp.astimezone():%H:%M:%S}  {text_line(alert)}"
        if reason := self.withdrawn.get(alert.id):
            return Text(f"{line} Withdrawn: the trade was {reason}.", "dim strike")
        return Text(line)


def _feed(watch: Watch) -> Text:
    """What the feed does; in bold where that is not as it should be."""
    status = watch.health.status() + (", ahead of our clock" if watch.is_ahead else "")
    quiet = f"; quiet: {named(watch.quiet.tickers)}" if watch.quiet.tickers else ""
    return Text(f"feed: {status}{quiet}", "dim" if status == "live" and not quiet else "bold")


def _rise(window: Window) -> float:
    """In percent, for the eye."""
    return float(window.newest.price / window.low - 1) * 100
