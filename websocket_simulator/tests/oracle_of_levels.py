"""Which levels are crossed, the slow and obvious way: all that is believed of a ticker is looked at again for each tick."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from tick import FIRST_INSTANT, Tick
from watch.rule import Rule
from watch.tickers import LATENESS

Crossing = tuple[Tick, Tick, bool]  # the tick that crosses, the one before it, and whether a second one confirmed it


@dataclass
class Story:
    """The believed ticks of a ticker, what waits, until when and as the how manieth, and the times of its alerts."""

    believed: list[Tick] = field(default_factory=list)
    waiting: tuple[Tick, datetime, int] | None = None
    told: list[datetime] = field(default_factory=list)


def is_beyond(price: Fraction, level: Fraction, rule: Rule) -> bool:
    return price > level if rule.kind == "above" else price < level


def is_armed(believed: list[Tick], rule: Rule) -> bool:
    """Whether the next one beyond the level would cross it."""
    level, sign = Fraction(rule.threshold), 1 if rule.kind == "above" else -1
    back = level * (1 - sign * Fraction(rule.margin) / 100)
    armed = not is_beyond(Fraction(believed[0].price), level, rule)
    edge = level
    for tick in believed[1:]:
        price = Fraction(tick.price)
        if armed and is_beyond(price, level, rule):
            armed, edge = False, back
        elif not armed and not is_beyond(price, edge, rule):
            armed = True
    return armed


def turns(story: Story, tick: Tick, rule: Rule) -> bool:
    return is_armed(story.believed, rule) != is_armed([*story.believed, tick], rule)


def believe(story: Story, tick: Tick, rule: Rule, confirmed: bool, found: list[Crossing]) -> None:
    before = story.believed[-1]
    crosses = is_armed(story.believed, rule) and not is_armed([*story.believed, tick], rule)
    story.believed.append(tick)
    is_silent = any(tick.timestamp - told < rule.cooldown or tick.timestamp == told for told in story.told)
    if crosses and not is_silent:
        story.told.append(tick.timestamp)
        found.append((tick, before, confirmed))


def look_at(story: Story, tick: Tick, rule: Rule, until: tuple[datetime, int], found: list[Crossing]) -> None:
    """What the next tick of a ticker does."""
    if story.believed[-1].timestamp - tick.timestamp > LATENESS:
        return
    if story.waiting:
        waiting = story.waiting[0]
        if turns(story, tick, rule):
            if (tick.timestamp, tick.price) == (waiting.timestamp, waiting.price):
                return
            story.waiting = None
            believe(story, waiting, rule, True, found)
        elif tick.timestamp >= waiting.timestamp:
            story.waiting = None
    if tick.timestamp < story.believed[-1].timestamp:
        return
    if turns(story, tick, rule) and rule.confirm:
        story.waiting = (tick, *until)
    else:
        believe(story, tick, rule, True, found)


def expected_crossings(stream: Iterable[Tick], rule: Rule) -> list[Crossing]:
    """Each tick that crosses the level, in the order in which that is told."""
    found: list[Crossing] = []
    stories: dict[str, Story] = {}
    now = FIRST_INSTANT
    for number, tick in enumerate(stream):
        now = max(now, tick.timestamp)
        overdue = [story for story in stories.values() if story.waiting and story.waiting[1] <= now]
        for story in sorted(overdue, key=lambda story: story.waiting[1:]):
            waiting, story.waiting = story.waiting[0], None
            believe(story, waiting, rule, False, found)
        if not rule.takes(tick.ticker):
            continue
        story = stories.setdefault(tick.ticker, Story())
        if not story.believed:
            story.believed.append(tick)
        else:
            look_at(story, tick, rule, (now + rule.confirm, number), found)
    return found
