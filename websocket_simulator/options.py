"""Argument types of both commands. Each names what is wrong with its text."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from credentials import token_in
from recording import read_file
from status import reason
from tick import ticker_of

LARGEST = 1_000_000
Number = TypeVar("Number", int, float)
Value = TypeVar("Value")


def number(low: Number, high: Number, *, above: bool = False) -> Callable[[str], Number]:
    """A number of their type from `low`, or above it, to `high`."""

    def parse(text: str) -> Number:
        if not low <= (value := type(low)(text)) <= high or (above and value == low):
            raise ArgumentTypeError(f"{text} is not {'above' if above else 'from'} {low} to {high}")
        return value

    return parse


def positive(text: str) -> Decimal:
    """An exact number above 0, at most LARGEST."""
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


def wait(text: str) -> timedelta:
    """A duration from 0, in whole microseconds."""
    return timedelta(seconds=number(0.0, float(LARGEST))(text))


def tickers(text: str) -> list[str]:
    """Tickers in upper case, each once, from words that are separated by commas."""
    return list(dict.fromkeys(ticker_of(word.strip()) for word in text.split(",")))


def per_ticker(parse: Callable[[str], Value]) -> Callable[[str], tuple[str | None, Value]]:
    """A value for all tickers, or `TICKER=value` for one; the ticker itself may have `=` in it."""

    def parse_setting(text: str) -> tuple[str | None, Value]:
        ticker, _, value = text.rpartition("=")
        return (ticker_of(ticker) if ticker else None), parse(value)

    return parse_setting


def checked(check: Callable[[Path], object]) -> Callable[[str], Path]:
    """A file that `check` takes without OSError or ValueError."""

    def path(text: str) -> Path:
        try:
            check(Path(text))
        except (OSError, ValueError) as error:
            raise ArgumentTypeError(f"{text}: {reason(error)}") from None
        return Path(text)

    return path


def state_file(text: str) -> Path:
    """A file that is there, or may be made: it is replaced again and again, which would end a device or a folder."""
    path = Path(text)
    try:
        is_other = path.exists() and not path.is_file()
    except OSError as error:
        raise ArgumentTypeError(f"{text}: {reason(error)}") from None
    if is_other or not path.name:
        raise ArgumentTypeError(f"{text!r} is no file")
    return path


def _read_first_ticks(path: Path) -> None:
    if not path.is_fifo():  # which can be read only once
        next(read_file(path, lambda problem: None), None)


token_file = checked(token_in)
recording = checked(_read_first_ticks)


def service(text: str) -> str:
    """The address of an HTTP service, without the slash at its end."""
    parts = urlsplit(text)
    is_plain = text.isascii() and text.isprintable() and not set(" ?#@") & set(text)
    if not (parts.scheme in ("http", "https") and parts.hostname and is_plain and parts.port != 0):
        raise ArgumentTypeError(f"{text} is not an address such as http://127.0.0.1:8000")
    return text.rstrip("/")
