#!/usr/bin/env python3
"""`make venues-check`: does each adapter still understand its venue? A line for each; exit status 1 if one does not."""

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from notices import Reason
from tick import Tick
from venues.dialling import FinalError, UnreachableError, dial
from venues.keys import MissingKeyError, keys_of
from venues.reading import Key
from venues.registry import NAMES, venue_of
from venues.session import Session
from venues.venue import Venue

LONGEST = 50.0  # seconds for TICKS ticks to come
REACH = 12.0  # seconds for a connection to be made
TICKS = 10
NEAR = timedelta(minutes=20)  # of our clock, in which times are plausible: delayed feeds are a quarter of an hour late
CHECKED = [*(name for name in NAMES if name != "alpaca"), "alpaca:test"]  # whose test stream trades at all hours


@dataclass
class Check:
    """What a venue sends, until it is enough."""

    venue: Venue
    ticks: list[Tick] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    def publish(self, ticks: Sequence[Tick], keys: Sequence[Key]) -> None:
        """Take ticks."""
        self.ticks += ticks
        if len(self.ticks) >= TICKS:
            self.enough.set()

    def lose(self) -> None:
        """Losses do not matter here."""

    def withdraw(self, key: Key, reason: Reason) -> None:
        """Neither does what is taken back."""

    async def run(self, session: Session) -> str | None:
        """Follow the venue; return what is wrong, or None."""
        following = asyncio.create_task(session.run())
        waiting = asyncio.create_task(self.enough.wait())
        try:
            for seconds in (REACH, LONGEST - REACH):
                await asyncio.wait({following, waiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
                if following.done():
                    following.result()
                    return "it refuses all symbols"
                if waiting.done() or not (session.links or self.ticks):
                    break
        except FinalError as error:
            return str(error)
        finally:
            following.cancel()
            waiting.cancel()
        if not waiting.done():
            return self.why_not()
        bad = f"a frame is not understood: {session.reading.latest_bad}" if session.reading.bad else None
        return problem_with(self.ticks) or bad

    def why_not(self) -> str:
        """Why there were not enough ticks: what was said last."""
        last = self.said[-1].partition(": ")[2].partition("; next attempt")[0] if self.said else "it does not answer"
        return f"{len(self.ticks)} of {TICKS} ticks: {last}"


def problem_with(ticks: Sequence[Tick]) -> str | None:
    """What cannot be right about ticks that have just come."""
    now = datetime.now(UTC)
    for tick in ticks:
        if abs(now - tick.timestamp) > NEAR:
            return f"{tick.ticker} has the time {tick.timestamp}"
        if tick.quantity is None:
            return f"{tick.ticker} has no quantity"
    return None


async def without_key(venue: Venue) -> str | None:
    """That the venue cannot be reached; None if it can, and only its keys are missing."""
    try:
        connection = await dial(venue, venue.address(dict.fromkeys(venue.keys, "none")), None)
    except UnreachableError as error:
        return f"FAILED: {error}"
    except FinalError:
        return None  # it answers
    await connection.close()
    return None


async def verdict(word: str) -> tuple[bool, str]:
    """Whether the venue is understood, and the line that says so."""
    venue = venue_of(word)
    check = Check(venue)
    try:
        keys = keys_of(venue, os.environ)
    except MissingKeyError as error:
        return False, f"{venue.name}: {await without_key(venue) or f'not checked: {error}'}"
    session = Session(venue, venue.examples, check, check.said.append, keys=keys)
    problem = await check.run(session)
    if problem:
        return False, f"{venue.name}: FAILED: {problem}"
    ticks = check.ticks
    return True, f"{venue.name}: ok: {len(ticks)} ticks, the last {ticks[-1].ticker} {ticks[-1].price:f}"


async def main() -> int:
    """Check all at once, and print as they are done."""
    are_good = True
    for done in asyncio.as_completed(map(verdict, CHECKED)):
        is_good, line = await done
        are_good = are_good and is_good
        print(line, flush=True)
    return 0 if are_good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
