"""What venues say, into the feed: ticks, what was lost, and trades that are taken back and have to be found again."""

from collections import OrderedDict
from collections.abc import Sequence

from msgspec.structs import replace

from feed.broadcast import Feed
from notices import Reason
from tick import Tick

MAX_KNOWN = 200_000  # trades that may be taken back: the newest of those venues that do that

Key = tuple[str, int | str | None]  # a ticker, and the venue's id of the trade


class Bridge:
    """`unknown` counts trades that were taken back and are not known (any more): of those, nobody is told."""

    def __init__(self, feed: Feed) -> None:
        self.feed, self.unknown = feed, 0
        self._known: OrderedDict[Key, Tick] = OrderedDict()

    def publish(self, ticks: Sequence[Tick], keys: Sequence[Key]) -> None:
        """Send ticks; `keys` has one for each that may be taken back, or is empty."""
        first = self.feed.backlog.next_seq
        self.feed.publish(ticks)
        for seq, (key, tick) in enumerate(zip(keys, ticks, strict=False), first):
            self._known[key] = replace(tick, seq=seq)
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)

    def lose(self) -> None:
        """Trades were lost before what comes next."""
        self.feed.lose()

    def withdraw(self, key: Key, reason: Reason) -> None:
        """A venue takes back the trade of this key."""
        if tick := self._known.pop(key, None):
            self.feed.withdraw(tick, reason)
        else:
            self.unknown += 1
