"""What ten thousand tickers need: memory while all rise steadily, and a snapshot of them."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from multiprocessing.connection import Connection

import psutil

from report import Row, process
from tick import Tick
from watch.detector import SpikeDetector
from watch.rule import Rule
from watch.sequence import Sequence
from watch.snapshot import parts

TICKERS, RATE, SECONDS = 10_000, 10, 60  # ticks a second of each, for so long
MEMORY, SIZE, WHOLE, WAIT = (
    400,
    5,
    50,
    5,
)  # at most: MB resident, MB of a snapshot, milliseconds, those of its longest part
START = datetime(2025, 6, 6, 20, tzinfo=UTC)
CENT = Decimal("0.01")


def rising() -> Iterator[list[Tick]]:
    """All tickers rise by a cent with each tick, so that every tick may become the low: 1.8 % in a minute."""
    names = [f"T{number}" for number in range(TICKERS)]
    for step in range(RATE * SECONDS):
        instant, first = START + step * timedelta(seconds=1) / RATE, step * TICKERS
        for begin in range(0, TICKERS, 1000):
            yield [
                Tick(name, (33_000 + step) * CENT, instant, first + begin + number)
                for number, name in enumerate(names[begin : begin + 1000])
            ]


def watch_all_rise(pipe: Connection) -> None:
    """Tell how many MB this process needs in the end, and how many lows it has."""
    detector = SpikeDetector(Rule())
    for ticks in rising():
        detector.feed(ticks)
    lows = sum(len(window.lows) + len(window.older or ()) for window in detector.windows.values())
    pipe.send((psutil.Process().memory_info().rss / 1e6, lows))


def take_snapshots(pipe: Connection) -> None:
    """Tell of a snapshot after a minute of ordinary ticks: milliseconds, those of its longest part, and MB."""
    detector, taken = SpikeDetector(Rule()), []
    for step in range(20):
        instant = START + timedelta(seconds=3 * step)
        detector.feed([Tick(f"T{number}", (30_000 + step * number % 7) * CENT, instant) for number in range(TICKERS)])
    for _ in range(5):
        size, waits, begun = 0, [], time.perf_counter()
        for part in parts("feed", None, Sequence(), [detector]):
            size += len(part)
            waits.append(1000 * (time.perf_counter() - begun))
            begun = time.perf_counter()
        taken.append((sum(waits), max(waits), size / 1e6))
    pipe.send(sorted(taken)[2])


def at_most(name: str, value: float, most: float, unit: str, detail: str = "") -> Row:
    """A row for a figure that has a limit."""
    return Row(f"{name}, to {most} {unit}", f"{value:.1f} {unit}{detail}", value / most, 1, at_most=True)


def rows() -> list[Row]:
    with process(watch_all_rise) as pipe:
        resident, lows = pipe.recv()
    with process(take_snapshots) as pipe:
        whole, longest, size = pipe.recv()
    rising = f"resident memory with {TICKERS:,} tickers that rise steadily at {RATE} ticks/s"
    return [
        at_most(rising, resident, MEMORY, "MB", f", {lows:,} lows"),
        at_most(f"snapshot of {TICKERS:,} tickers", size, SIZE, "MB"),
        at_most(f"all parts of a snapshot of {TICKERS:,} tickers", whole, WHOLE, "ms"),
        at_most("the longest of them, for which a tick may have to wait", longest, WAIT, "ms"),
    ]
