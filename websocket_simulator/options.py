"""Argument types of both commands. Each names what is wrong with its text."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from recording import check
from tick import ticker_of

LARGEST = 1_000_000
Value = TypeVar("Value")


def number(low: float, high: float, *, or_low: bool = False) -> Callable[[str], float]:
    """A number above `low`, or `low` itself, and at most `high`."""

    def parse(text: str) -> float:
        value = float(text)
        if not low < value <= high and not (or_low and value == low):
            raise ArgumentTypeError(f"{text} is not {'at least' if or_low else 'above'} {low:g} and at most {high:g}")
        return value

    return parse


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number from `low` to `high`."""

    def parse(text: str) -> int:
        if not low <= (value := int(text)) <= high:
            raise ArgumentTypeError(f"{text} is not from {low} to {high}")
        return value

    return parse


def positive(text: str) -> Decimal:
    """An exact number above 0."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or not 0 < value <= LARGEST or len(value.as_tuple().digits) > 20 or value.adjusted() < -20:
        raise ArgumentTypeError(f"{text} is not a number above 0 and at most {LARGEST}")
    return value


def seconds(text: str) -> timedelta:
    """A duration above 0, in whole microseconds."""
    return max(timedelta(seconds=float(positive(text))), timedelta.resolution)


def tickers(text: str) -> list[str]:
    """Tickers in upper case, each once, from words that are separated by commas."""
    return list(dict.fromkeys(ticker_of(word.strip()) for word in text.split(",")))


def per_ticker(parse: Callable[[str], Value]) -> Callable[[str], tuple[str | None, Value]]:
    """A value for all tickers, or `TICKER=value` for one; the ticker itself may have `=` in it."""

    def parse_setting(text: str) -> tuple[str | None, Value]:
        ticker, _, value = text.rpartition("=")
        return (ticker_of(ticker) if ticker else None), parse(value)

    return parse_setting


def recording(text: str) -> Path:
    """A CSV file with the columns of a recording."""
    try:
        if not Path(text).is_fifo():  # which can be read only once
            check(Path(text))
    except (OSError, ValueError) as error:
        raise ArgumentTypeError(f"{text}: {error}") from None
    return Path(text)


def service(text: str) -> str:
    """The address of an HTTP service, without the slash at its end."""
    parts = urlsplit(text)
    is_plain = text.isascii() and text.isprintable() and not set(" ?#@") & set(text)
    if not (parts.scheme in ("http", "https") and parts.hostname and is_plain and parts.port != 0):
        raise ArgumentTypeError(f"{text} is not an address such as http://127.0.0.1:8000")
    return text.rstrip("/")
