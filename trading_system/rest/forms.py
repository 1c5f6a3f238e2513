"""Form fields that read what the API reads: those of filters, of which the admin uses two for its own."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms

from . import instants
from .amounts import NUMBER, without_zeros
from .tickers import TICKER_LENGTH, normal_ticker, ticker_form

LONGEST = 100  # characters of an amount: with any exponent, it is within PostgreSQL's limits
MAX_TICKERS = 100
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
DECODED_PLUS = re.compile(r"\A(\d{4}-\d\d-\d\d[Tt ]\S+) (?=\d\d:\d\d\Z)", re.ASCII)  # which is read as a space
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)


class TickerField(forms.CharField):
    """One ticker in any case, upper-cased."""

    default_validators = [ticker_form]

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=TICKER_LENGTH, strip=False, **options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        ticker = normal_ticker(text)
        if text and not ticker:
            raise forms.ValidationError(ticker_form.message)
        return ticker


class AmountField(forms.DecimalField):
    """A decimal in ASCII digits, shown without an exponent."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > LONGEST:
            raise forms.ValidationError(f"At most {LONGEST} characters.")
        if isinstance(value, str) and value and not NUMBER.fullmatch(value.strip(" ")):
            raise forms.ValidationError(self.error_messages["invalid"])
        number = super().to_python(value)
        return number if number is None else without_zeros(number, self.decimal_places)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:f}" if isinstance(value, Decimal) else value


class ChoiceField(forms.ChoiceField):
    """One of some lower-case words, given in any case."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).strip().lower()


class MomentField(forms.Field):
    """A date, read as its first instant or as its last, or a date and time.

    A day's last instant is the microsecond before the next midnight: PostgreSQL stores nothing between the two.
    """

    def __init__(self, *, last: bool, **options: Any) -> None:
        super().__init__(**options)
        self.last = last

    def instant(self, text: str, zone: tzinfo) -> datetime:
        """Read a date, or a date and time, in `zone`; ValidationError says what is wrong."""
        text = DECODED_PLUS.sub(r"\1+", text)
        if DATE.fullmatch(text):
            return self.edge(text, zone)
        if not instants.PATTERN.fullmatch(text):
            raise forms.ValidationError(f"Must be a date such as 2025-06-06 or {instants.FORM}.")
        try:
            return instants.parse(text, zone, fold=self.last)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def edge(self, text: str, zone: tzinfo) -> datetime:
        """The first or last instant of a day; what is before the year 1 or after 9999 is cut off."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise forms.ValidationError("Must be a date that exists.") from None
        try:
            return instants.midnight(day + DAY, zone) - MICROSECOND if self.last else instants.midnight(day, zone)
        except OverflowError:
            return instants.END if self.last else instants.BEGIN


class TickersField(TickerField):
    """Several tickers, separated by commas; the value is a tuple."""

    def clean(self, value: Any) -> Any:
        names = value.split(",") if value else []
        if len(names) > MAX_TICKERS:
            raise forms.ValidationError(f"At most {MAX_TICKERS} tickers.")
        own = super().clean
        tickers = tuple(dict.fromkeys(own(name) for name in names))
        if "" in tickers:
            raise forms.ValidationError("Has a comma without a ticker on both sides.")
        return tickers


@cache
def known_zones() -> set[str]:
    """Names of IANA time zones that mean the same on every machine."""
    return available_timezones() - {"localtime", "Factory"}  # which depend on the machine, or are none


class ZoneField(forms.CharField):
    """A name of the IANA time zone database."""

    def clean(self, value: Any) -> tzinfo:
        if not value:
            return UTC
        name = value.replace(" ", "+")  # as in Etc/GMT+5
        if name not in known_zones():
            raise forms.ValidationError("Must be a time zone such as Europe/Berlin.")
        return ZoneInfo(name)
