"""The recordings that come with the project: each has a rise, a hole, and nothing that its venue would not send."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

import venues.recorded
from tick import Tick
from venues.reading import Lost, Ticks
from venues.recorded import lines_of, replayed
from venues.registry import venue_of

RECORDINGS = sorted((Path(venues.recorded.__file__).parent / "recordings").glob("*.ndjson"))

each = pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)


def rises(ticks: list[Tick]) -> bool:
    """Whether a price rises by more than 2 % within a minute."""
    return any(
        high.price > low.price * 102 / 100
        for low in ticks
        for high in ticks
        if high.ticker == low.ticker and timedelta() < high.timestamp - low.timestamp <= timedelta(minutes=1)
    )


def test_there_are_some() -> None:
    assert {"alpaca", "binance", "coinbase", "finnhub", "kraken"} == {path.stem for path in RECORDINGS}


@each
def test_a_minute_and_a_half_has_a_rise_and_a_hole(recording: Path) -> None:
    heard = [one for _, some in replayed(recording, venue_of) for one in some]
    assert rises([tick for one in heard if isinstance(one, Ticks) for tick in one.ticks])
    assert any(isinstance(one, Lost) for one in heard)
    instants = [line.at for line in lines_of(recording) if line.at]
    assert instants == sorted(instants)
    assert timedelta(seconds=80) < instants[-1] - instants[0] < timedelta(minutes=3)


@each
def test_its_venue_understands_every_frame(recording: Path) -> None:
    venue = venue_of(recording.stem)
    frames = [line.frame.encode() for line in lines_of(recording) if line.frame is not None]
    assert all(list(venue.read(frame)) for frame in frames)


@each
def test_its_header_says_that_it_was_written_by_hand_and_after_what(recording: Path) -> None:
    header = json.loads(recording.read_text().splitlines()[0])
    assert header["documentation"].startswith("https://")
    assert header["by"] == "hand"
    assert header["written"] >= "2026"


def test_a_heartbeat_alone_tells_a_loss() -> None:
    path = next(path for path in RECORDINGS if path.stem == "coinbase")
    losses = [at for at, some in replayed(path, venue_of) for one in some if isinstance(one, Lost)]
    opened = max(line.at for line in lines_of(path) if line.at and line.event == "open")
    assert len(losses) == 2  # while it was away, and a trade that it left out
    assert losses[1] - opened > timedelta(seconds=5)
