"""The detector by itself, against the plain ways of doing less."""

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from report import Row, in_turn
from streams.before.watch import detector as before
from streams.before.watch.window import Rule as BeforeRule
from tick import Tick
from watch.detector import SpikeDetector
from watch.levels import LevelDetector
from watch.rule import Rule
from watch.sequence import Sequence
from watch.snapshot import parts
from watch.tickers import Detector
from watch.together import Together

RATE = 100  # ticks a second of one ticker
BATCH, SAVE_EVERY = 1000, 100_000  # ticks that are fed together, and from one snapshot to the next
START = datetime(2025, 6, 6, 20, tzinfo=UTC)
CENT = Decimal("0.01")


def walk(count: int) -> list[Tick]:
    """A random walk in cents that often comes near the threshold within a minute."""
    random, price, ticks = Random(1), 15_000.0, []
    for number in range(count):
        price = max(100.0, price * (1 + random.gauss(0, 0.0001)))
        instant = START + timedelta(seconds=number / RATE)
        ticks.append(Tick("AAPL", round(price) * CENT, instant, number))
    return ticks


def seconds_of(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def detect(ticks: list[Tick], length: timedelta) -> int:
    """Our detector, with a window of this length."""
    return len(SpikeDetector(Rule(window=length)).feed(ticks, ticks[-1].timestamp))


def detect_as_before(ticks: list[Tick]) -> int:
    """The detector as it was, fed in batches."""
    detector = before.SpikeDetector(BeforeRule())
    alerts = 0
    for begin in range(0, len(ticks), BATCH):
        alerts += len(detector.feed(ticks[begin : begin + BATCH]))  # type: ignore[arg-type]  # which has the same fields
    return alerts


def detect_with_all(ticks: list[Tick]) -> int:
    """Our detectors as the client has them: doubt, a cooldown, a level, and snapshots of it all."""
    level = Rule(Decimal(160), kind="above", name="level")
    detectors: list[Detector[Any]] = [
        SpikeDetector(Rule(confirm=timedelta(seconds=2), cooldown=timedelta(minutes=1))),
        LevelDetector(level),
    ]
    together, alerts, sequence = Together(detectors), 0, Sequence()
    for begin in range(0, len(ticks), BATCH):
        alerts += sum(len(found) for _, found in together.feed(ticks[begin : begin + BATCH]))
        if begin % SAVE_EVERY == 0:
            assert b"".join(parts("feed", None, sequence, detectors))
    return alerts


def oldest_price(ticks: list[tuple[str, float, datetime]], length: timedelta) -> int:
    """The same loop in floats: a window for each ticker, and a comparison with the oldest price in it."""
    windows: dict[str, deque[tuple[float, datetime]]] = {}
    alerts = []
    for tick in ticks:
        ticker, price, timestamp = tick
        window = windows.get(ticker)
        if window is None:
            window = windows[ticker] = deque()
        window.append((price, timestamp))
        while timestamp - window[0][1] > length:
            window.popleft()
        if price > window[0][0] * 1.02:
            alerts.append(tick)
    return len(alerts)


def minimum(ticks: list[tuple[str, float, datetime]], length: timedelta) -> int:
    """The lowest price looked up in the whole window for each tick."""
    prices: deque[float] = deque()
    times: deque[datetime] = deque()
    alerts = 0
    for _, price, timestamp in ticks:
        prices.append(price)
        times.append(timestamp)
        while timestamp - times[0] > length:
            prices.popleft()
            times.popleft()
        alerts += price > min(prices) * 1.02
    return alerts


def rows() -> list[Row]:
    ticks = walk(300_000)
    floats = [(tick.ticker, float(tick.price), tick.timestamp) for tick in ticks]
    minute = timedelta(minutes=1)
    windows = [timedelta(seconds=count / RATE) for count in (60, 6000, 60_000)]
    few = 20_000  # of which the first 6,000 fill the window
    slow, oldest, was, whole, *ours = in_turn(
        lambda: seconds_of(lambda: minimum(floats[:few], minute)),
        lambda: seconds_of(lambda: oldest_price(floats, minute)),
        lambda: seconds_of(lambda: detect_as_before(ticks)),
        lambda: seconds_of(lambda: detect_with_all(ticks)),
        *(lambda length=length: seconds_of(lambda: detect(ticks, length)) for length in windows),
    )
    speeds = [len(ticks) / taken / 1e6 for taken in ours]
    million = "million ticks/s"
    return [
        Row(
            "detector, window of 6,000 ticks, to min() over a deque",
            f"{speeds[1]:.2f} {million}; min() {few / slow / 1e6:.4f}",
            speeds[1] / (few / slow / 1e6),
            60,
        ),
        Row(
            "detector across windows of 60, 6,000 and 60,000 ticks, to its own best",
            f"{', '.join(f'{speed:.2f}' for speed in speeds)} {million}",
            min(speeds) / max(speeds),
            0.7,
        ),
        Row(
            "detector with exact decisions, to floats and the oldest price",
            f"{speeds[1]:.2f} {million}; floats {len(ticks) / oldest / 1e6:.2f}",
            oldest / ours[1],
            0.6,
        ),
        Row(
            "detector with confirm, cooldown, a level and snapshots, to the detector before them",
            f"{len(ticks) / whole / 1e6:.2f} {million}; before {len(ticks) / was / 1e6:.2f}",
            was / whole,
            0.8,
        ),
    ]
