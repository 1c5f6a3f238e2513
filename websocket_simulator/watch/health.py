"""What a feed does, told once for each change of its state.

    | state      | begins                                                  | is over                              |
    | silent     | no tick for `stale` seconds, and yet a sign of life     | with the next tick                   |
    | behind     | at two looks in a row, the newest tick is older than    | the newest tick is at most BEHIND/2  |
    |            | BEHIND; told again when the delay has doubled           | old                                  |
    | bad        | with a frame that is no tick and nothing else we know   | CALM seconds after the last          |
    | complains  | with an error frame; each other text is told as well    | CALM seconds after the last          |
    | foreign    | FOREIGN seconds of bad frames alone                     | with the next frame that is known    |

What happens is noted when it happens, and looked at once a second. Pure: time arrives as data, `at` in seconds of a
clock that never jumps, `now` as an instant.
"""

from datetime import datetime, timedelta

from notices import quoted
from tick import FIRST_INSTANT
from watch.sequence import Sequence

BEHIND = timedelta(seconds=10)  # how old the newest tick may be
CALM = 60.0  # seconds without a bad frame, or an error, after which the next is told again
FOREIGN = 5.0  # seconds after which a feed of which nothing is known is not understood
MAX_COMPLAINTS = 10  # different texts that are told until it is calm; more are counted


class Spell:
    """A time in which something happens again and again: it ends CALM seconds after the last time."""

    def __init__(self) -> None:
        self.count = 0  # of the spell
        self._seen, self._last = 0, 0.0

    def has_ended(self, at: float) -> int:
        """How often it happened, if it has just ended; else 0."""
        if self.count != self._seen:
            self._seen, self._last = self.count, at
        if not self.count or at - self._last < CALM:
            return 0
        count, self.count, self._seen = self.count, 0, 0
        return count


class Health:
    """What one feed does, over all its connections."""

    def __init__(self) -> None:
        self.signs = 0  # of life, besides ticks: heartbeats
        self.errors = 0
        self.is_connected = False
        self.is_mute = False  # nothing came for so long that the connection was replaced
        self.is_silent = self.is_foreign = False
        self.behind: timedelta | None = None  # how old the newest tick was at the last look, if that is too old
        self._lines: list[str] = []  # to be told at the next look
        self._heard, self._ticked = 0, 0.0
        self._bad, self._complaints, self._texts = Spell(), Spell(), set[str]()
        self._is_known, self._first_bad = False, ""  # since a frame was known
        self._bad_since: float | None = None
        self._was_behind, self._told_behind = False, timedelta()
        self._restarts, self._was_ignored = 0, False

    def connected(self, at: float) -> None:
        """A connection was made: from here on ticks are waited for."""
        self.is_connected, self._ticked = True, at

    def lost(self, *, is_mute: bool) -> None:
        """The connection ended; `is_mute` tells whether that is because nothing came."""
        self.is_connected, self.is_mute = False, is_mute

    def understood(self) -> None:
        """A frame came that is known."""
        self._is_known, self.is_mute = True, False

    def beat(self) -> None:
        """A frame came that is no tick, and tells that the feed is alive."""
        self.signs += 1
        self.understood()

    def spoilt(self, frame: str | bytes) -> None:
        """A frame came of which something is not known."""
        if not self._bad.count:
            self._lines.append(f"bad frame: {quoted(frame)}")
        self._first_bad = self._first_bad or quoted(frame)
        self._bad.count += 1

    def complained(self, texts: tuple[str, ...]) -> None:
        """An error frame came, with these texts, quoted."""
        for text in texts:
            if text not in self._texts and len(self._texts) < MAX_COMPLAINTS:
                self._texts.add(text)
                self._lines.append(f"the feed reports an error: {text}")
        self.errors += len(texts)
        self._complaints.count += len(texts)

    def look(self, sequence: Sequence, at: float, now: datetime, heard: int, stale: float) -> list[str]:
        """Return lines that tell what has changed; `heard` rises with ticks that are not ahead of our clock.

        Called while the connection is not mute: then no tick for `stale` seconds is silence.
        """
        lines, self._lines = self._lines, []
        self._look_for_calm(at, lines)
        self._look_for_ticks(at, heard, stale, lines)
        self._look_for_sense(at, lines)
        if (newest := sequence.take_lately()) != FIRST_INSTANT:
            self._look_at_delay(now - newest, lines)
        self._look_at_numbers(sequence, lines)
        return lines

    def status(self) -> str:
        """The state in a few words, for the eye."""
        words = {
            "mute": self.is_mute,
            "not connected": not self.is_connected,
            "silent": self.is_silent,
            "not understood": self.is_foreign,
            f"{age(self.behind or timedelta())} behind": self.behind is not None,
        }
        return ", ".join(word for word, holds in words.items() if holds) or "live"

    def _look_for_calm(self, at: float, lines: list[str]) -> None:
        if count := self._bad.has_ended(at):
            lines.append(f"no bad frame for {CALM:g} s, after {count}")
        if count := self._complaints.has_ended(at):
            self._texts.clear()
            lines.append(f"no error of the feed for {CALM:g} s, after {count}")

    def _look_for_ticks(self, at: float, heard: int, stale: float, lines: list[str]) -> None:
        if heard != self._heard:
            self._heard, self._ticked = heard, at
            if self.is_silent:
                self.is_silent = False
                lines.append("ticks come again")
        elif not self.is_silent and at - self._ticked >= stale:
            self.is_silent = True
            lines.append(f"no tick for {stale:g} s; the feed is alive")

    def _look_for_sense(self, at: float, lines: list[str]) -> None:
        if self._is_known:
            self._is_known, self._first_bad, self._bad_since = False, "", None
            if self.is_foreign:
                self.is_foreign = False
                lines.append("the feed is understood again")
        elif self._first_bad and self._bad_since is None:
            self._bad_since = at
        elif self._bad_since is not None and not self.is_foreign and at - self._bad_since >= FOREIGN:
            self.is_foreign = True
            lines.append(f"what the feed sends is not understood: {self._first_bad}")

    def _look_at_delay(self, delay: timedelta, lines: list[str]) -> None:
        was_behind, self._was_behind = self._was_behind, delay > BEHIND
        if self.behind is None:
            if was_behind and self._was_behind:
                self._tell_behind(delay, lines)
        elif delay <= BEHIND / 2:
            self.behind = None
            lines.append("ticks are up to date again")
        elif delay >= 2 * self._told_behind:
            self._tell_behind(delay, lines)
        else:
            self.behind = delay

    def _tell_behind(self, delay: timedelta, lines: list[str]) -> None:
        self.behind = self._told_behind = delay
        lines.append(f"ticks are {age(delay)} old")

    def _look_at_numbers(self, sequence: Sequence, lines: list[str]) -> None:
        if sequence.restarts != self._restarts:
            self._restarts = sequence.restarts
            lines.append("the feed's numbers began anew")
        if sequence.is_ignored and not self._was_ignored:
            lines.append("the feed's numbers are not those of all its ticks, and ignored")
        self._was_ignored = sequence.is_ignored


def age(delay: timedelta) -> str:
    """In seconds, minutes, hours or days, whichever gives at least two of them."""
    seconds = int(delay.total_seconds())
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
