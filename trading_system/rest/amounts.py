"""Amounts in requests and files: exact decimals in ASCII digits. Pure."""

import re
from contextlib import suppress
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction

NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,4})?", re.ASCII)

EXACT = Context(prec=10_000, traps=[Inexact, InvalidOperation])  # more digits than a text of a request has


def pattern(whole: int, decimals: int) -> str:
    """The regular expression of an amount without a sign."""
    return rf"[0-9]{{1,{whole}}}(?:\.[0-9]{{1,{decimals}}})?"


def exact_number(text: str) -> Decimal:
    """The decimal; or NaN, which no field accepts, where its exponent is beyond any."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def without_zeros(value: Decimal, decimals: int | None) -> Decimal:
    """The value without the zeros that stand further than `decimals` digits behind the point; None for no limit."""
    exponent = value.as_tuple().exponent
    with suppress(Inexact):
        if decimals is not None and isinstance(exponent, int) and exponent < -decimals:
            return value.quantize(Decimal((0, (1,), -decimals)), context=EXACT)
    return value


def quotient(dividend: Fraction, divisor: Fraction) -> Decimal:
    """To 28 digits."""
    ratio = dividend / divisor
    return Decimal(ratio.numerator) / Decimal(ratio.denominator)


def decimal_text(value: Fraction) -> str:
    """All digits of a fraction, without zeros at the end; 28 digits where they have no end."""
    rest, decimals = value.denominator, 0
    for factor in (10, 5, 2):
        while rest % factor == 0:
            rest, decimals = rest // factor, decimals + 1
    if rest > 1:
        return f"{quotient(value, Fraction(1)):f}"
    return f"{Decimal(int(value * 10**decimals)).scaleb(-decimals, EXACT):f}"
