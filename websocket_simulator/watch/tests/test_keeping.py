"""What a watch knows is on disk again and again, and its end is never lost."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tick import Tick
from watch import keeper
from watch.detector import SpikeDetector
from watch.keeper import Keeper
from watch.rule import Rule
from watch.state import Watch


@pytest.fixture
def watch() -> Watch:
    made = Watch([SpikeDetector(Rule())], lambda alerts: None, log=lambda line: None)
    made.first = Tick("A", Decimal(1), datetime(2025, 6, 6, tzinfo=UTC), 1)
    return made


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def kept(tmp_path: Path, said: list[str]) -> Keeper:
    return Keeper(tmp_path / "folder" / "state", "ws://feed", said.append)


async def waiting(kept: Keeper, watch: Watch) -> "asyncio.Task[None]":
    """A keeper that has saved once, and waits for an alert."""
    kept.path.unlink(missing_ok=True)
    task = asyncio.create_task(kept.run(watch))
    async with asyncio.timeout(20):
        while not (kept.path.exists() and kept._alert._waiters):
            await asyncio.sleep(0.005)
    return task


async def test_it_ends_at_the_moment_of_an_alert(kept: Keeper, watch: Watch) -> None:
    task = await waiting(kept, watch)
    kept.alerted(watch)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)
    assert [task.cancelled() for task in done] == [True]


def test_what_is_little_is_saved_before_the_alert_is_told(kept: Keeper, watch: Watch) -> None:
    kept.alerted(watch)
    assert kept.path.exists()
    kept.path.unlink()
    kept.alerted(watch)  # as part of the same storm, a moment later
    assert not kept.path.exists()


async def test_it_saves_soon_after_an_alert(kept: Keeper, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "SAVE_EVERY", 3600.0)
    monkeypatch.setattr(keeper, "AT_ONCE", -1)
    task = await waiting(kept, watch)
    kept.path.unlink()
    kept.alerted(watch)
    async with asyncio.timeout(20):
        while not kept.path.exists():
            await asyncio.sleep(0.005)
    task.cancel()


async def test_it_saves_without_an_alert(kept: Keeper, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "SAVE_EVERY", 0.01)
    task = await waiting(kept, watch)
    kept.path.unlink()
    async with asyncio.timeout(20):
        while not kept.path.exists():
            await asyncio.sleep(0.005)
    task.cancel()


def test_nothing_is_known_without_a_file(kept: Keeper, watch: Watch, said: list[str]) -> None:
    kept.load(watch)
    assert (watch.restored, said) == (None, [])


def test_a_file_that_is_no_snapshot_is_set_aside(kept: Keeper, watch: Watch, said: list[str]) -> None:
    kept.save(watch)
    kept.path.write_bytes(b"something else")
    kept.load(watch)
    assert (watch.restored, kept.path.exists()) == (None, False)
    assert kept.path.with_name("state.aside").read_bytes() == b"something else"
    assert [line.endswith("; the watch begins anew, and the file is kept as state.aside") for line in said] == [True]


def test_a_file_that_cannot_be_opened_is_said(kept: Keeper, watch: Watch, said: list[str]) -> None:
    kept.path.mkdir(parents=True)
    kept.load(watch)
    assert [line.endswith("; the watch begins anew") for line in said] == [True]


def test_a_disk_that_fails_is_said_once_and_so_is_its_return(kept: Keeper, watch: Watch, said: list[str]) -> None:
    kept.path.parent.write_text("no folder")
    kept.save(watch)
    kept.save(watch)
    kept.path.parent.unlink()
    kept.save(watch)
    kept.save(watch)
    assert [line.rpartition("; ")[2] for line in said] == [
        "what the watch knows is not kept", f"{kept.path}: what the watch knows is kept again",
    ]  # fmt: skip
