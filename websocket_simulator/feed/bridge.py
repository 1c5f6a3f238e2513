"""What venues say, into the feed: ticks, what was lost, and trades that are taken back and have to be found again."""

from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from feed.broadcast import Feed
from feed.sources import Log, play
from notices import Reason
from tick import Tick
from venues.reading import Heard, Key, Lost, TakenBack, Ticks
from venues.recorded import replayed
from venues.venue import Venue

MAX_KNOWN = 200_000  # trades that may be taken back: the newest of those venues that do that


class Bridge:
    """`unknown` counts trades that were taken back and are not known (any more): of those, nobody is told."""

    def __init__(self, feed: Feed) -> None:
        self.feed, self.unknown = feed, 0
        self._known: OrderedDict[Key, Tick] = OrderedDict()

    def publish(self, ticks: Sequence[Tick], keys: Sequence[Key]) -> None:
        """Send ticks; `keys` has one for each that may be taken back, or is empty."""
        first = self.feed.backlog.next_seq
        self.feed.publish(ticks)
        self._remember(first, ticks, keys)

    async def deliver(self, ticks: Sequence[Tick], keys: Sequence[Key]) -> None:
        """The same, and return when each reader has room for more."""
        first = self.feed.backlog.next_seq
        await self.feed.deliver(ticks)
        self._remember(first, ticks, keys)

    def lose(self) -> None:
        """Trades were lost before what comes next."""
        self.feed.lose()

    def withdraw(self, key: Key, reason: Reason) -> None:
        """A venue takes back the trade of this key."""
        if tick := self._known.pop(key, None):
            self.feed.withdraw(tick, reason)
        else:
            self.unknown += 1

    def _remember(self, first: int, ticks: Sequence[Tick], keys: Sequence[Key]) -> None:
        for seq, (key, tick) in enumerate(zip(keys, ticks, strict=False), first):
            self._known[key] = replace(tick, seq=seq)
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)


def replay_session(
    feed: Feed, path: Path, venue_of: Callable[[str], Venue], speed: float, log: Log
) -> Coroutine[Any, Any, None]:
    """Play a recorded session with venues through their adapters, as `play` does."""
    bridge = Bridge(feed)

    async def send(heard: list[Heard]) -> None:
        for one in heard:
            match one:
                case Ticks() if speed:
                    bridge.publish(one.ticks, one.keys)
                case Ticks():
                    await bridge.deliver(one.ticks, one.keys)
                case Lost():
                    bridge.lose()
                case TakenBack():
                    bridge.withdraw(one.key, one.reason)

    return play(feed, path, partial(replayed, path, venue_of), send, speed, log)
