"""Amounts and moments of OFX. Pure.

An amount has a point or a comma before its decimals and no groups, says OFX 2.2 (3.2.9.1); files that group thousands
by commas exist. Which of both a comma is, the other numbers of the transaction settle, and else its total; ofxtools
1.1.1 takes it for a decimal point always. A fraction of an offset is of an hour (`[+5.50]`) or its minutes (`[+5.30]`),
whichever makes it one that clocks have.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from ofxtools.utils import TZS

from .cells import Cell

AMOUNTS = ("UNITS", "UNITPRICE", "COMMISSION", "TAXES", "FEES", "LOAD", "TOTAL")
COSTS = AMOUNTS[2:6]
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)?,\d*")
MOMENT = re.compile(r"(\d{8})(?:(\d{4})(\d\d)?(?:\.(\d{1,6})\d*)?)?\s*(?:\[([^\]:]*)(?::([^\]]*))?\])?")
OFFSET = re.compile(r"([+-]?)(\d{1,2})(?:\.(\d{1,2}))?")
FRACTIONS = {"": 0, "0": 0, "00": 0, "25": 15, "15": 15, "5": 30, "50": 30, "30": 30, "75": 45, "45": 45}  # minutes
MAX_OFFSET = 14  # hours
CLOSE = Decimal("0.01")  # how far a total may be from units x price, as a share of it


class Unread(Exception):
    """Why a transaction cannot be read."""


def amounts(fields: dict[str, str]) -> dict[str, Cell]:
    """The amounts of a transaction; Unread for one that is no number, or that could be two."""
    texts = {name: fields[name].replace(" ", "") for name in AMOUNTS if fields.get(name)}
    if "UNITS" not in texts:  # no trade: what is no plain number stays text
        return {name: Decimal(text) if PLAIN.fullmatch(text) else text for name, text in texts.items()}
    ways = [way for way in (read(texts, decimal_comma), read(texts, grouped)) if way]
    if len(ways) == 2 and ways[0] != ways[1]:
        ways = [way for way in ways if adds_up(way, fields.get("SHPERCTRCT", ""))]
    written = ", ".join(f"{name} {text}" for name, text in texts.items())
    if not ways:
        raise Unread(f"Not all of these are numbers, or they do not agree with the total: {written}.")
    if ways[0] != ways[-1]:
        raise Unread(
            f"A comma may stand before decimals or group thousands here, and the total does not tell: {written}."
        )
    return dict(ways[0])


def read(texts: dict[str, str], style: Callable[[str], str]) -> dict[str, Decimal]:
    """The numbers of texts in a style; none if one of them is not in it."""
    plain = {name: style(text) for name, text in texts.items()}
    return {name: Decimal(text) for name, text in plain.items()} if all(map(PLAIN.fullmatch, plain.values())) else {}


def decimal_comma(text: str) -> str:
    """1.234,5 in the form 1234.5."""
    return text.replace(".", "").replace(",", ".") if COMMA.fullmatch(text) else text


def grouped(text: str) -> str:
    """1,234.5 in the form 1234.5."""
    return text.replace(",", "") if GROUPED.fullmatch(text) else text


def adds_up(amounts: dict[str, Decimal], contract: str) -> bool:
    """Is the total about units x price, give or take the costs?"""
    size = Decimal(contract) if contract.isdecimal() else Decimal(1)
    gross, total = (
        abs(amounts["UNITS"] * amounts.get("UNITPRICE", Decimal(0)) * size),
        abs(amounts.get("TOTAL", Decimal(0))),
    )
    costs = sum((abs(amounts.get(name, Decimal(0))) for name in COSTS), Decimal(0))
    return total > 0 and abs(gross - total) <= costs + total * CLOSE


def moment(text: str) -> Cell:
    """An aware datetime, or a date where there is no time; nothing of nothing. Unread for what is neither."""
    if not text:
        return ""
    try:
        if not (found := MOMENT.fullmatch(text)):
            raise ValueError
        day, clock, second, fraction, offset, name = found.groups()
        if clock is None:
            return date.fromisoformat(day)
        local = datetime.fromisoformat(f"{day}T{clock}{second or '00'}.{fraction or '0':0<6}").replace(tzinfo=UTC)
        return local - offset_of(offset or "", name or "")
    except ValueError:
        raise Unread(f"{text!r} is no moment of the form YYYYMMDDHHMMSS.sss[offset:name].") from None


def offset_of(hours: str, name: str) -> timedelta:
    """What stands in brackets, as in -5:EST, EST, or -:EST; nothing is UTC. ValueError if it cannot be known."""
    if not (number := hours.strip()):
        return timedelta(0)
    if found := OFFSET.fullmatch(number):
        minutes = FRACTIONS.get(found[3] or "")
        if minutes is None or int(found[2]) > MAX_OFFSET:
            raise ValueError
        minutes += int(found[2]) * 60
        return timedelta(minutes=-minutes if found[1] == "-" else minutes)
    if (zone := TZS.get(number, TZS.get(name))) is None:
        raise ValueError
    return timedelta(hours=zone)
