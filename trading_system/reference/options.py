"""Symbols of listed options: `SPY   250620C00450000` says all that an option is. Pure.

The form is that of the Options Clearing Corporation (Options Symbology Initiative, 2010), of 21 characters: the
underlying, filled up with spaces to six, the expiry as YYMMDD, C or P, and the strike in thousandths with eight digits.
Many programs leave the spaces out.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

SYMBOL = re.compile(r"(?=.{21}\Z|\S+\Z)([A-Z][A-Z0-9]{0,5}) *(\d\d)(\d\d)(\d\d)([CP])(\d{8})", re.ASCII)
CONTRACT = 100  # units of the underlying; one whose contract was adjusted has another symbol


@dataclass(frozen=True)
class Option:
    """A call or a put on the underlying, until the expiry, at the strike."""

    underlying: str
    expiry: date
    right: Literal["call", "put"]
    strike: Decimal


def option_of(ticker: str) -> Option | None:
    """The option that the ticker is; None if it is none."""
    found = SYMBOL.fullmatch(ticker)
    if not found:
        return None
    underlying, year, month, day, right, strike = found.groups()
    try:
        expiry = date(2000 + int(year), int(month), int(day))
    except ValueError:
        return None
    return Option(underlying, expiry, "call" if right == "C" else "put", Decimal(strike) / 1000)


def multiplier(ticker: str) -> int:
    """How many units one is: what a price of the ticker has to be multiplied by, besides the quantity."""
    return CONTRACT if option_of(ticker) else 1
