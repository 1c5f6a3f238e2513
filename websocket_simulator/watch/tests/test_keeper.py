"""The file in which a watch remembers, where it cannot be what it should be."""

import resource
import signal
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tick import Tick, encode
from watch.arguments import parse_arguments
from watch.client_parts import Parts
from watch.detector import SpikeDetector
from watch.keeper import Keeper
from watch.rule import Rule
from watch.state import Watch

START = datetime(2025, 6, 6, 20, tzinfo=UTC)


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def watch(lines: list[str]) -> Watch:
    made = Watch([SpikeDetector(Rule())], lambda alerts: None, log=lines.append, clock=lambda: START)
    made.take([encode([Tick("A", Decimal(100), START, 1)])])
    return made


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_a_broken_file_that_cannot_be_set_aside_is_said_in_one_line(
    state: Path, watch: Watch, lines: list[str]
) -> None:
    state.write_bytes(b"broken")
    state.with_name("state.aside").mkdir()
    Keeper(state, "feed", lines.append).load(watch)
    assert len(lines) == 1
    assert "begins anew; the file cannot be set aside: Is a directory" in lines[0]


def test_a_file_that_cannot_be_removed_is_said(state: Path, lines: list[str]) -> None:
    state.mkdir()
    Keeper(state, "feed", lines.append).discard()
    assert len(lines) == 1
    assert lines[0].endswith("what the watch knows cannot be removed")


def test_a_file_of_another_client_is_left_alone_until_that_one_has_ended(
    state: Path, watch: Watch, lines: list[str]
) -> None:
    state.write_bytes(b"another's")
    is_ours = False
    keeper = Keeper(state, "feed", lines.append, lambda: is_ours)
    keeper.load(watch)
    keeper.save(watch)
    keeper.discard()
    assert (state.read_bytes(), lines) == (b"another's", [])
    is_ours = True
    keeper.save(watch)
    assert state.read_bytes() != b"another's"


def test_a_signal_while_the_memory_is_read_leaves_it_as_it_was(
    state: Path, watch: Watch, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Keeper(state, "ws://127.0.0.1:8765", lines.append).save(watch)
    before = state.read_bytes()

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("watch.keeper.restore", interrupted)
    api = "http://127.0.0.1:1"  # whose threads have not begun
    parts = Parts(parse_arguments(["--state", str(state), "--api", api]), lines.append, lines.append, None)
    with pytest.raises(KeyboardInterrupt):
        parts.begin()
    parts.end()
    assert state.read_bytes() == before


def test_a_full_disk_is_not_filled_by_what_could_not_be_written(state: Path, watch: Watch, lines: list[str]) -> None:
    keeper, limits = Keeper(state, "feed", lines.append), resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        keeper.save(watch)
        keeper.save(watch)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert lines == [f"{state}: File too large; what the watch knows is not kept"]
    assert not list(state.parent.iterdir())
    keeper.save(watch)
    assert lines[1:] == [f"{state}: what the watch knows is kept again"]
