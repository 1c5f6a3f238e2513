"""Amounts in requests and files: exact decimals in ASCII digits. Pure."""

import re
from decimal import Decimal, InvalidOperation

NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,4})?", re.ASCII)


def pattern(whole: int, decimals: int) -> str:
    """The regular expression of an amount without a sign."""
    return rf"[0-9]{{1,{whole}}}(?:\.[0-9]{{1,{decimals}}})?"


def exact_number(text: str) -> Decimal:
    """The decimal; or NaN, which no field accepts, where its exponent is beyond any."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")
