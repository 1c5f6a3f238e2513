"""What a trade of a ticker amounts to by now: splits and renames in the order of their instants. Pure.

A trade that is before an action's instant is changed by it. A split of `new` units for `old` ones multiplies quantities
by new / old, and divides prices by it; what was paid stays. A rename carries a trade on under another ticker, whose own
later actions follow. A ticker that is traded again after it was renamed is another one, which only has its name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import lcm

Instant = datetime | None  # None: before all, or after all
END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Action:
    """A split, or a rename with the new ticker `to`; `ratio` is new units for an old one, 1 for a rename."""

    ticker: str
    timestamp: datetime
    ratio: Fraction = Fraction(1)
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """Trades of `ticker` from `since` on and before `until` are of `final` by now, with `ratio` units for one."""

    ticker: str
    since: Instant
    until: Instant
    final: str
    ratio: Fraction


Actions = Mapping[str, Sequence[Action]]  # by ticker, in the order of their instants


def by_ticker(actions: Iterable[Action]) -> Actions:
    found: dict[str, list[Action]] = {}
    for action in sorted(actions, key=lambda action: action.timestamp):
        found.setdefault(action.ticker, []).append(action)
    return found


def segments(actions: Iterable[Action]) -> list[Segment]:
    """All time of every ticker that an action names, cut where an action changes what a trade is."""
    known = by_ticker(actions)
    names = sorted(known.keys() | {action.to for acts in known.values() for action in acts if action.to})
    return [segment for name in names for segment in segments_of(name, known)]


def segments_of(ticker: str, actions: Actions) -> list[Segment]:
    cuts: list[Instant] = [None, *sorted(instants_of(ticker, actions)), None]
    return [Segment(ticker, since, until, *outcome(ticker, since, actions)) for since, until in pairwise(cuts)]


def instants_of(ticker: str, actions: Actions) -> set[datetime]:
    """When something happened to any trade of the ticker, whatever it was called by then."""
    found: set[Action] = set()
    names: list[tuple[str, Instant]] = [(ticker, None)]  # what it was called, from when on
    for name, since in names:
        new = {one for one in actions.get(name, ()) if since is None or one.timestamp > since} - found
        names += [(one.to, one.timestamp) for one in new if one.to]
        found |= new
    return {one.timestamp for one in found}


def outcome(ticker: str, since: Instant, actions: Actions) -> tuple[str, Fraction]:
    """What a trade at `since` is called by now, and how many units one has become."""
    ratio, time = Fraction(1), since
    while action := next((one for one in actions.get(ticker, ()) if time is None or one.timestamp > time), None):
        ticker, ratio, time = action.to or ticker, ratio * action.ratio, action.timestamp
    return ticker, ratio


def before(action: Action, actions: Actions) -> Iterator[tuple[str, Instant, datetime]]:
    """Which trades the action changes: of a ticker, from an instant on, and before another one.

    They are those of its ticker since that was last renamed, and those that were renamed into it meanwhile.
    """
    found = [(action.ticker, action.timestamp)]
    for ticker, until in found:
        renames = (one.timestamp for one in actions.get(ticker, ()) if one.to and one.timestamp < until)
        since = max(renames, default=None)
        yield ticker, since, until
        found += [
            (one.ticker, one.timestamp)
            for all_ in actions.values()
            for one in all_
            if one.to == ticker and one.timestamp < until and (since is None or one.timestamp > since)
        ]


def together(action: Action, actions: Actions) -> tuple[set[str], list[Segment]]:
    """The tickers whose trades end where those that the action changes do, and their segments; `actions` has it too."""
    final, _ = outcome(action.ticker, action.timestamp - timedelta.resolution, actions)
    names = {ticker for ticker, *_ in before(Action(final, END), actions)}
    return names, [one for name in sorted(names) for one in segments_of(name, actions) if one.final == final]


def scales(found: Iterable[Segment]) -> dict[str, tuple[int, int]]:
    """By final ticker, the least numbers by which quantities times a ratio, and prices through it, become whole."""
    ratios: dict[str, list[Fraction]] = {}
    for one in found:
        ratios.setdefault(one.final, []).append(one.ratio)
    return {
        final: (lcm(*(one.denominator for one in all_)), lcm(*(one.numerator for one in all_)))
        for final, all_ in ratios.items()
    }


def leads_to(ticker: str, target: str, actions: Actions) -> bool:
    """Whether renames of the ticker, at any time, lead to the target."""
    reached, found = {ticker}, [ticker]
    while found:
        nexts = {action.to for action in actions.get(found.pop(), ()) if action.to} - reached
        reached |= nexts
        found += nexts
    return target in reached
