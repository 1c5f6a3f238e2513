"""A recording that is played at the speed of the machine, against the client before, and DuckDB on the same file."""

import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import duckdb

from batches import read_batches
from report import Row, in_turn
from streams.before import recording as recording_before
from streams.before.watch import detector as detector_before
from streams.before.watch import state as state_before
from streams.before.watch.window import Rule as RuleBefore
from streams.sockets import processor_seconds
from tick import render
from watch.detector import SpikeDetector
from watch.rule import Rule
from watch.state import Watch

ROWS, TICKERS = 300_000, 10
STEP = timedelta(milliseconds=10)  # from a row to the next
START = datetime(2025, 6, 6, 20, tzinfo=UTC)
MINIMUM = """
SELECT count(*) FROM (
    SELECT price, MIN(price) OVER (
        PARTITION BY ticker ORDER BY ts RANGE BETWEEN INTERVAL 60 SECONDS PRECEDING AND CURRENT ROW
    ) AS low
    FROM read_csv(?, header = true, columns = {'ticker': 'VARCHAR', 'price': 'DOUBLE', 'ts': 'TIMESTAMPTZ'})
) WHERE price > low * 1.02
"""


def write_recording(path: Path) -> None:
    """A random walk of several tickers in cents."""
    random, lines = Random(1), ["ticker,price,timestamp"]
    prices = {f"T{number}": random.uniform(50, 300) for number in range(TICKERS)}
    for number in range(ROWS):
        ticker = random.choice(list(prices))
        prices[ticker] *= 1 + random.gauss(0, 0.0002)
        lines.append(f"{ticker},{prices[ticker]:.2f},{render(START + number * STEP)}")
    path.write_text("\n".join([*lines, ""]))


def play(path: Path) -> None:
    """As `client.py --replay` does."""
    watch = Watch([SpikeDetector(Rule())], lambda _: None, log=lambda _: None)
    watch.backtest(read_batches(path, print))
    assert watch.ticks == ROWS, watch.summary()


def play_as_before(path: Path) -> None:
    """As it did."""
    detector = detector_before.SpikeDetector(RuleBefore())
    watch = state_before.Watch(detector, lambda _: None, log=lambda _: None)
    watch.backtest(recording_before.read_file(path, print))
    assert watch.ticks == ROWS, watch.summary()


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as database:
        path = Path(folder) / "recording.csv"
        write_recording(path)
        database.execute("SET threads = 1")
        works = (
            partial(play, path),
            partial(play_as_before, path),
            lambda: database.execute(MINIMUM, [str(path)]).fetchall(),
        )
        now, before, duck = in_turn(*(partial(processor_seconds, work) for work in works))
    speed = f"{ROWS / now / 1e6:.2f} million rows a processor second"
    return [
        Row("client.py --replay, to the client before", f"{speed}; before {ROWS / before / 1e6:.2f}", before / now, 4),
        Row(
            "client.py --replay with exact decisions, to DuckDB and the minimum of the same windows in floats",
            f"{speed}; DuckDB {ROWS / duck / 1e6:.2f}",
            duck / now,
            0.5,
        ),
    ]
