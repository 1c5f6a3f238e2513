"""A watch's memory on disk: read at the start, written every few seconds and after each alert, off the tick path."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock

from status import reason
from watch.places import replace_file
from watch.snapshot import SnapshotError, parts, restore
from watch.state import Watch

SAVE_EVERY = 5.0  # seconds
PAUSE = 0.25  # seconds between two: the first alert of a storm is kept at once, and the others together
AT_ONCE = 200  # tickers, over all rules, up to which a tick may wait for it; about two milliseconds
CANDLES_AT_ONCE = 1000  # with these at most; about as long
ALERTS = 10  # that were raised, and cost as much as a ticker
MAX_STATE = 256 * 1024 * 1024  # bytes that are read of a file


class Keeper:
    """Keeps what a watch of `feed` knows in the file at `path`; `log` gets a line for each change of state.

    The file is left alone while it is not `is_ours`: another client has it, or the disk is full.
    """

    def __init__(
        self, path: Path, feed: str, log: Callable[[str], None], is_ours: Callable[[], bool] = lambda: True
    ) -> None:
        self.path, self.feed, self.log, self.is_ours = path, feed, log, is_ours
        self.is_failing = False
        self._writing = Lock()
        self._alert = asyncio.Event()
        self._is_saving, self._rests_until = False, 0.0

    def load(self, watch: Watch) -> None:
        """Let the watch go on from the file; one that is of no use is set aside.

        If there is none, one that knows nothing is made: by it a next life knows that it is not the first.
        """
        if not self.is_ours():
            return
        try:
            with self.path.open("rb") as file:
                data = file.read(MAX_STATE)
            watch.resume(restore(data, self.feed, watch.detectors, watch.candles))
        except FileNotFoundError:
            self.save(watch)
        except SnapshotError as error:
            self._set_aside(error)
        except OSError as error:
            self.log(f"{self.path}: {reason(error)}; the watch begins anew")

    def _set_aside(self, error: SnapshotError) -> None:
        aside = self.path.with_name(f"{self.path.name}.aside")
        kept = f", and the file is kept as {aside.name}"
        try:
            self.path.replace(aside)
        except OSError as problem:
            kept = f"; the file cannot be set aside: {reason(problem)}"
        self.log(f"{self.path}: {error}; the watch begins anew{kept}")

    def alerted(self, watch: Watch) -> None:
        """Save soon, and at once what is little, unless that was just done."""
        self._alert.set()
        if self.is_ours() and _is_little(watch) and not self._is_saving and time.monotonic() >= self._rests_until:
            self._rests_until = time.monotonic() + PAUSE
            self._write(list(self._parts(watch)), is_synced=False)

    async def run(self, watch: Watch) -> None:
        """Save for ever, from the first tick on."""
        while watch.first is None:
            await self._wait(PAUSE)
        while True:
            self._alert.clear()
            if self.is_ours():
                await self._save_in_slices(watch)
            await asyncio.sleep(PAUSE)
            await self._wait(SAVE_EVERY - PAUSE)

    def save(self, watch: Watch) -> None:
        """Save at once."""
        if self.is_ours():
            self._write(list(self._parts(watch)))

    def discard(self) -> None:
        """Forget all, as the feed has come to its end."""
        if not self.is_ours():
            return
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            self.log(f"{self.path}: {reason(error)}; what the watch knows cannot be removed")

    async def _save_in_slices(self, watch: Watch) -> None:
        self._is_saving, taken = True, []
        for part in self._parts(watch):
            taken.append(part)
            await asyncio.sleep(0)  # ticks have their turn
        await asyncio.to_thread(self._write, taken)
        self._is_saving = False

    def _parts(self, watch: Watch) -> Iterator[bytes]:
        return parts(self.feed, watch.first, watch.sequence, watch.detectors, watch.candles, watch.raised.kept)

    async def _wait(self, seconds: float) -> None:
        """Wait for an alert, but no longer than this."""
        with suppress(TimeoutError):  # wait_for would lose a cancellation that comes with the alert
            async with asyncio.timeout(seconds):
                await self._alert.wait()

    def _write(self, taken: list[bytes], *, is_synced: bool = True) -> None:
        with self._writing:
            self._replace_by(taken, is_synced)

    def _replace_by(self, taken: list[bytes], is_synced: bool) -> None:
        try:
            replace_file(self.path, taken, is_synced=is_synced)
        except OSError as error:
            if not self.is_failing:
                self.log(f"{self.path}: {reason(error)}; what the watch knows is not kept")
            self.is_failing = True
        else:
            if self.is_failing:
                self.log(f"{self.path}: what the watch knows is kept again")
            self.is_failing = False


def _is_little(watch: Watch) -> bool:
    """Whether what is to be saved is, so that a tick can wait for that."""
    candles = watch.candles.minutes.count + len(watch.candles.queue) if watch.candles else 0
    tickers = sum(len(detector.windows) for detector in watch.detectors) + len(watch.raised) // ALERTS
    return tickers <= AT_ONCE and candles <= CANDLES_AT_ONCE
