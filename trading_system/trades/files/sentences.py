"""Trades that stand in a text, such as "Buy 1 @ 33.9 USD": the pattern by which a profile reads them. Pure."""

import re
from typing import Any

from .amounts import Style, settle
from .choices import Doubt, Sheet
from .columns import Column
from .kinds import ALONE, BUY, SELL, class_of
from .sides import CLASSES
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
    if letters := [text for text in column.texts if re.fullmatch(rf"[BS] {NUMBER} .*", text[:MAX_TEXT])]:
        words, telling = [*words, "B", "S"], [*telling, *letters]
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


def best_sentence(sheet: Sheet) -> dict[str, str] | None:
    """The first column of texts that hold trades."""
    found = ((column, sentence_of(column)) for column in sheet.columns if column.texts)
    return next(({"column": column.name, "pattern": pattern} for column, pattern in found if pattern), None)


def sentence_sides(sheet: Sheet, sentence: dict[str, str]) -> dict[str, Any]:
    """The words of its pattern, by what they say."""
    words = sentence["pattern"].split("(?P<side>")[1].split(")")[0].split("|")
    for word in words:
        if class_of(word) not in ("buy", "sell"):
            sheet.doubts.append(Doubt("side", f"What is {word}?", CLASSES, word))
    return {"side": {kind: [word for word in words if class_of(word) == kind] for kind in ("buy", "sell")}}


def told_by(sheet: Sheet, sentence: dict[str, str]) -> dict[str, Any]:
    """A sentence, with the decimal sign of its numbers: that of all columns, or its own."""
    column = next(column for column in sheet.columns if column.name == sentence["column"])
    decimal = column.decimal or style_in(column, sentence["pattern"]).decimal
    if not decimal:
        sheet.doubt("decimal", f"Is the point or the comma in the numbers of {column.name} a decimal sign?", [column])
    return {"sentence": sentence} | ({"decimal": decimal} if decimal else {})
