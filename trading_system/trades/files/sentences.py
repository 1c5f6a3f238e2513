"""Trades that stand in a text, such as "Buy 1 @ 33.9 USD": the pattern by which a profile reads them. Pure."""

import re

from .amounts import Style, settle
from .columns import Column
from .kinds import ALONE, BUY, SELL
from .words import words_of

SIDES = (BUY | SELL) - ALONE
WORD = re.compile(r"[^\W\d_]+")
MAX_TEXT = 500  # characters of a text that is read as a trade
ENOUGH = 0.8  # of the texts that say buy or sell
NUMBER = r"[-+]?[0-9][0-9.,']*"
MONEY = rf"[$€£]?{NUMBER}|[.,][0-9]+"
AT = r"(?:@|at|x|à|zu|zu je|a|for)"
CURRENCY = r"(?: ?(?P<currency>[A-Z]{3})\b)?"
FORMS = (
    rf"(?P<side>SIDE) (?P<quantity>{NUMBER})(?:/{NUMBER})? {AT} ?(?P<price>{MONEY}){CURRENCY}.*",
    rf"(?P<side>SIDE) (?P<quantity>{NUMBER}) (?P<ticker>\S+) {AT} ?(?P<price>{MONEY}){CURRENCY}.*",
)


def side_words(column: Column) -> list[str]:
    """The words for buys and sells in the texts of a column, as they are written; of "CLOSE BUY" both words."""
    known = "|".join(sorted({word for text in column.words for word in WORD.findall(text) if words_of(word) in SIDES}))
    if not known:
        return []
    opened = re.compile(rf"\b(?:(?:OPEN|CLOSE|CLOSED|CLOSING) )?(?:{known})\b", re.IGNORECASE)
    return sorted(
        {found for text in column.words for found in opened.findall(text)}, key=lambda word: (-len(word), word)
    )


def sentence_of(column: Column) -> str | None:
    """The pattern that nearly all texts with such a word match; none if there is no such text."""
    words = side_words(column)
    telling = [text for text in column.texts if len(text) <= MAX_TEXT and any(word in text for word in words)]
    for form in FORMS if telling else ():
        begins = form.replace("SIDE", "|".join(words))
        for pattern in (begins, f".*?{begins}"):
            found = [match for text in telling if (match := re.fullmatch(pattern, text))]
            if len(found) >= ENOUGH * len(telling):
                return pattern if any(match["currency"] for match in found) else pattern.replace(CURRENCY, "")
    return None


def named_in(column: Column) -> str | None:
    """The pattern of texts that are no more than a side and a name: "Sell Vodafone Group", "Vodafone Group Sell"."""
    telling = [text for text in column.texts if len(text) <= MAX_TEXT and column.classes[text] in ("buy", "sell")]
    words = "|".join(side_words(column))
    for pattern in (rf"(?P<side>{words}) (?P<ticker>.+)", rf"(?P<ticker>.+) (?P<side>{words})"):
        if telling and all(re.fullmatch(pattern, text) for text in telling):
            return pattern
    return None


def style_in(column: Column, pattern: str) -> Style:
    """The decimal sign of the numbers in a text, as far as they tell."""
    found = [match.groupdict() for text in column.texts if (match := re.fullmatch(pattern, text))]
    return settle(parts[name] for parts in found for name in ("quantity", "price") if parts.get(name))
