"""Which trades of US shares set the last price, by their sale conditions. Pure tables.

A trade sets it if each of its conditions does. The sources:

| table   | document                                                                | column                    |
| CTA     | CTS Pillar Output Specification 2.11b (tapes A and B), "Sale Condition" | Consolidated, Update Last |
| UTP     | UTP Data Feed Services Specification 4.1 (tape C), section 3.14         | Consolidated, Update Last |
| POLYGON | GET /v3/reference/conditions?asset_class=stocks, type sale_condition    | updates_open_close        |

We differ from them in three points:

- Form T: such trades do not set the last price of the regular session. They are ticks all the same, marked extended.
- "First only": sets it where no other trade of the day has ("sold last" of CTA: where its market made the last one). To
  know that takes the whole day, so here it never does: the price is that of an earlier moment, or of something else.
- Corrected consolidated close: sets the day's last price hours later, with volume zero. It is a report, and no trade.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

UNKNOWN = "unknown condition"
MAX_COMBINATIONS = 1000  # of conditions that are remembered


class Effect(Enum):
    """What a condition does to the last price."""

    SETS = "sets it"
    AUCTION = "sets it, in the regular session"
    FORM_T = "extended hours"
    FIRST_ONLY = "first only"
    REPORT = "report, no trade"
    NEVER = "never"


class Condition(NamedTuple):
    """A condition, as the source calls it."""

    name: str
    effect: Effect


class Verdict(NamedTuple):
    """`passed` is why a trade does not set the last price, None if it does; `extended` is None if nothing says it."""

    passed: str | None
    extended: bool | None


def _table(effects: Mapping[Effect, Mapping[str, str]]) -> dict[str, Condition]:
    return {code: Condition(name, effect) for effect, names in effects.items() for code, name in names.items()}


CTA: Mapping[str, Condition] = _table({
    Effect.SETS: {
        " ": "regular sale", "@": "regular sale", "E": "automatic execution", "F": "intermarket sweep order",
        "K": "rule 127 or rule 155", "X": "cross or periodic auction",
    },
    Effect.AUCTION: {"O": "market center opening", "5": "market center reopening", "6": "market center closing"},
    Effect.FORM_T: {"T": "extended hours"},
    Effect.FIRST_ONLY: {
        "L": "sold last", "P": "prior reference price", "Z": "sold out of sequence", "4": "derivatively priced",
    },
    Effect.REPORT: {
        "M": "market center official close", "Q": "market center official open", "9": "corrected consolidated close",
    },
    Effect.NEVER: {
        "B": "average price", "C": "cash sale", "H": "price variation", "I": "odd lot", "N": "next day", "R": "seller",
        "U": "extended hours, sold out of sequence", "V": "contingent", "7": "qualified contingent", "8": "reserved",
    },
})  # fmt: skip

UTP: Mapping[str, Condition] = _table({
    Effect.SETS: {
        "@": "regular sale", " ": "regular sale", "A": "acquisition", "B": "bunched", "D": "distribution",
        "F": "intermarket sweep", "K": "rule 155", "L": "sold last", "S": "split", "X": "cross or periodic auction",
        "Y": "yellow flag", "1": "stopped stock",
    },
    Effect.AUCTION: {"O": "opening print", "5": "reopening print", "6": "closing print"},
    Effect.FORM_T: {"T": "form T"},
    Effect.FIRST_ONLY: {
        "G": "bunched sold", "P": "prior reference price", "Z": "sold out of sequence", "4": "derivatively priced",
    },
    Effect.REPORT: {
        "M": "market center official close", "Q": "market center official open", "9": "corrected consolidated close",
    },
    Effect.NEVER: {
        "C": "cash sale", "E": "placeholder", "H": "price variation", "I": "odd lot", "N": "next day", "R": "seller",
        "U": "extended hours, sold out of sequence", "V": "contingent", "W": "average price",
        "7": "qualified contingent", "8": "placeholder for 611 exempt",
    },
})  # fmt: skip

POLYGON: Mapping[str, Condition] = _table({
    Effect.SETS: {
        "0": "regular sale", "1": "acquisition", "3": "automatic execution", "4": "bunched", "6": "CAP election",
        "9": "cross", "11": "distribution", "14": "intermarket sweep", "23": "rule 155", "24": "rule 127",
        "27": "stopped stock", "30": "sold last", "31": "sold last and stopped stock", "34": "split",
        "35": "stock option", "36": "yellow flag", "41": "trade-through exempt",
    },
    Effect.AUCTION: {
        "8": "closing print", "17": "market center opening", "18": "market center reopening",
        "19": "market center closing", "25": "opening print", "28": "reopening print",
        "55": "opening or reopening detail",
    },
    Effect.FORM_T: {"12": "form T"},
    Effect.FIRST_ONLY: {
        "5": "bunched sold", "10": "derivatively priced", "22": "prior reference price", "32": "sold out of sequence",
        "33": "sold out of sequence and stopped stock",
    },
    Effect.REPORT: {
        "15": "market center official close", "16": "market center official open", "38": "corrected consolidated close",
    },
    Effect.NEVER: {
        "2": "average price", "7": "cash sale", "13": "extended hours, sold out of sequence", "20": "next day",
        "21": "price variation", "29": "seller", "37": "odd lot", "52": "contingent", "53": "qualified contingent",
    },
})  # fmt: skip

PASSING = {Effect.FIRST_ONLY, Effect.REPORT, Effect.NEVER}


@lru_cache(MAX_COMBINATIONS)
def verdict_of(tape: str, codes: tuple[str, ...]) -> Verdict:
    """By the letters of a tape: those of CTA for A and B, those of UTP for C and what else trades there."""
    return _verdict((CTA if tape in ("A", "B") else UTP).get(code) for code in codes)


@lru_cache(MAX_COMBINATIONS)
def verdict_of_polygon(codes: tuple[int, ...]) -> Verdict:
    """By the numbers of Polygon, which are the same for all tapes."""
    return _verdict(POLYGON.get(str(code)) for code in codes)


def _verdict(found: Iterable[Condition | None]) -> Verdict:
    conditions = list(found)
    passed = (condition.name for condition in conditions if condition and condition.effect in PASSING)
    effects = {condition.effect for condition in conditions if condition}
    extended = True if Effect.FORM_T in effects else False if Effect.AUCTION in effects else None
    return Verdict(next(passed, UNKNOWN if None in conditions else None), extended)
