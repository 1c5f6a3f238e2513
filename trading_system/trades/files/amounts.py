"""Numbers as files write them: which digits a text means, for a decimal sign that is known or found from a column.

Nothing is guessed: "1.234" is one thousand or one and a bit, and a column that does not settle it is asked about.
No digit is lost or added: what a spreadsheet has cut ("1.23E+05") is no number here. Pure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

MAX_NUMBER = 100  # characters; a negative power of ten has two digits
SIGNS = (".", ",")
OTHER = {".": ",", ",": "."}

SPACES = " \u00a0\u2007\u2009\u202f"  # ordinary, no-break, figure, thin and narrow no-break
SPACE = f"[{SPACES}]*+"
MINUS = "[-\u2212\u2013]"  # hyphen, minus, en dash
# What stands beside an amount: a sign, or letters like those of codes. Three at least: 5K and 1M are other numbers.
CURRENCY = r"(?:US\$|[A-Z]{1,2}\$|[$€£¥₿₹₩₺₽₴₪฿]|kr\.?|zł|Kč|Fr\.|GBp|ZAc|[A-Z]{3,6}+)"
NOT_CURRENCY = r"(?!JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|PCT|BPS|MIO|MLN|MRD|TSD)"


def body(decimal: str) -> str:
    """A number without sign: in groups of three (or of India's two and three) with one separator all along, or not."""
    sign, other = re.escape(decimal), re.escape(OTHER[decimal])
    groups = rf"[1-9][0-9]{{0,2}}(?:(?P<gap>[{other}{SPACES}'\u2019])[0-9]{{3}}(?:(?P=gap)[0-9]{{3}})*)"
    india = rf"[1-9][0-9]?(?:{other}[0-9]{{2}})+{other}[0-9]{{3}}"
    fraction = rf"(?:{sign}(?P<fraction>[0-9]*))?"
    return (
        rf"(?:(?P<whole>{groups}|{india}|[0-9]+){fraction}|{sign}(?P<only>[0-9]+))"
        rf"(?:[eE]-(?P<power>[0-9]{{1,2}}))?"
    )


def whole_number(decimal: str) -> re.Pattern[str]:
    """Its sign may stand before or behind the currency, or at the end; parentheses are a sign, too."""
    before, after = (f"(?P<{name}>{NOT_CURRENCY}{CURRENCY})?+" for name in ("before", "after"))
    return re.compile(
        rf"(?P<first>[-+\u2212\u2013]?){SPACE}(?P<outer>{NOT_CURRENCY}{CURRENCY}(?={SPACE}\())?+{SPACE}(?P<open>\(?){SPACE}"
        rf"{before}{SPACE}(?P<second>[-+\u2212\u2013]?){SPACE}{body(decimal)}"
        rf"{SPACE}(?P<third>{MINUS}?){SPACE}(?P<close>\)?){SPACE}{after}{SPACE}(?P<fourth>{MINUS}?)"
    )


# Most numbers are these. No zeros before others, and no minus before a zero: they are written again.
PLAIN = {sign: re.compile(rf"(?:-?[1-9][0-9]{{0,39}}|0)(?:{re.escape(sign)}[0-9]{{1,40}})?") for sign in SIGNS}
# The next most have a sign of money and groups: "-$1,234.50".
USUAL = {
    sign: re.compile(rf"(-?)[$€£]?([1-9][0-9]{{0,2}}(?:{OTHER[sign]}[0-9]{{3}})*(?:{sign}[0-9]+)?)".replace(".", r"\."))
    for sign in SIGNS
}
TO_POINT = {".": str.maketrans("", "", ","), ",": str.maketrans(",", ".", ".")}
WHOLE = {sign: whole_number(sign) for sign in SIGNS}
is_usual = {sign: pattern.fullmatch for sign, pattern in USUAL.items()}
is_plain = {sign: pattern.fullmatch for sign, pattern in PLAIN.items()}


def plain(text: str, decimal: str) -> str | None:
    """The number of a text such as "$1,234.50", "(12,5)" or "EUR 3-", as ASCII digits: "-1234.5"; `decimal` is . or ,

    All digits are kept, zeros at the end as well; a currency beside it is left out. None: no number of this style, as
    are percentages, numbers with a positive power of ten, wrong groups ("1,23"), and digits that are not ASCII.
    """
    if len(text) > MAX_NUMBER:
        return None
    if is_plain[decimal](text):
        return text if decimal == "." else text.replace(",", ".")
    if usual := is_usual[decimal](text):
        return usual[1] + usual[2].translate(TO_POINT[decimal])
    found = WHOLE[decimal].fullmatch(text.strip())
    return digits_of(found) if found else None


def digits_of(found: re.Match[str]) -> str | None:
    """What `whole_number` found; None if it has two signs, two currencies, or half of a pair of parentheses."""
    signs = [sign for sign in found.group("first", "second", "third", "fourth") if sign]
    currencies = [name for name in found.group("outer", "before", "after") if name]
    paired = bool(found["open"]) == bool(found["close"])
    if len(signs) + bool(found["open"]) > 1 or len(currencies) > 1 or not paired:
        return None
    whole = "".join(re.findall("[0-9]", found["whole"] or "")).lstrip("0")
    whole, fraction = shifted(whole, found["fraction"] or found["only"] or "", int(found["power"] or 0))
    number = f"{whole or '0'}.{fraction}" if fraction else whole or "0"
    negative = (found["open"] or signs not in ([], ["+"])) and number.strip("0.")
    return f"-{number}" if negative else number


def shifted(whole: str, fraction: str, power: int) -> tuple[str, str]:
    """The digits before and after the point, divided by ten to this power."""
    if not power:
        return whole, fraction
    digits = "0" * max(0, power - len(whole)) + whole
    return digits[: len(digits) - power].lstrip("0"), digits[len(digits) - power :] + fraction


def styles(text: str) -> frozenset[str]:
    """The decimal signs with which it is a number: both for "12" (and no matter) and "1.234" (and it does matter)."""
    return frozenset(sign for sign in SIGNS if plain(text, sign) is not None)


@dataclass(frozen=True)
class Style:
    """The decimal sign of a file. Neither sign nor clash: it has to be asked; `doubt` is a number that shows why."""

    decimal: str | None
    clash: tuple[str, str] | None = None  # two numbers of which one has no decimal point and the other no decimal comma
    doubt: str | None = None  # a number that both signs allow, with different values


class NumberStyle:
    """The decimal sign that all numbers of a file allow, found while they pass. What is no number is no evidence."""

    def __init__(self) -> None:
        self.against: dict[str, str] = {}  # the first number that excludes a sign
        self.doubt: str | None = None

    def add(self, text: str) -> None:
        if text.isdecimal() or (len(self.against) == 1 and is_plain["," if "." in self.against else "."](text)):
            return  # it says nothing new
        read = {sign: number for sign in SIGNS if (number := plain(text, sign)) is not None}
        if len(read) == 1:
            self.against.setdefault(OTHER[next(iter(read))], text)
        elif len(read) == 2 and self.doubt is None and Decimal(read["."]) != Decimal(read[","]):
            self.doubt = text

    def settled(self) -> Style:
        """As far as has been seen."""
        if len(self.against) == 2:
            return Style(None, (self.against["."], self.against[","]))
        if self.against:
            return Style(OTHER[next(iter(self.against))])
        return Style(None, doubt=self.doubt) if self.doubt else Style(".")


def settle(texts: Iterable[str]) -> Style:
    """The decimal sign of all these."""
    style = NumberStyle()
    for text in texts:
        style.add(text)
    return style.settled()
