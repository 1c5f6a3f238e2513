"""Which trades a request asks for: by ticker, by ranges with both ends included, and as of which instant."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.http import QueryDict
from django_filters import rest_framework as filters
from django_filters.utils import translate_validation

from . import instants
from .forms import AmountField, TickerField
from .models import Side, Trade
from .selection import Condition, Selection

MAX_TICKERS = 100
OPERATORS = {"exact": "=", "gte": ">=", "lte": "<="}
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
DECODED_PLUS = re.compile(r" (?=\d\d:\d\d\Z)", re.ASCII)  # what a plus in a query string is read as
known_zones = cache(available_timezones)


class MomentField(forms.Field):
    """A date, read as its first instant or as its last, or a date and time.

    A day's last instant is the microsecond before the next midnight: PostgreSQL stores nothing between the two.
    """

    def __init__(self, *, last: bool, **options: Any) -> None:
        super().__init__(**options)
        self.last = last

    def instant(self, text: str, zone: tzinfo) -> datetime:
        try:
            if not DATE.fullmatch(text):
                return instants.parse(DECODED_PLUS.sub("+", text), zone, fold=self.last)
            day = date.fromisoformat(text)
            if not self.last:
                return midnight(day, zone)
            return datetime.max.replace(tzinfo=UTC) if day == date.max else midnight(day + DAY, zone) - MICROSECOND
        except (ValueError, OverflowError):
            raise forms.ValidationError(f"Must be a date such as 2025-06-06 or {instants.FORM}.") from None


DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


class TickersField(TickerField):
    """Several tickers, separated by commas; the value is a tuple."""

    def clean(self, value: Any) -> Any:
        names = value.split(",") if value else []
        if len(names) > MAX_TICKERS:
            raise forms.ValidationError(f"At most {MAX_TICKERS} tickers.")
        own = super().clean
        tickers = tuple(dict.fromkeys(own(name) for name in names))
        if "" in tickers:
            raise forms.ValidationError("Has no ticker where a comma promises one.")
        return tickers


class SideField(forms.CharField):
    def to_python(self, value: Any) -> str:
        side = super().to_python(value) or ""
        if side and side.lower() not in Side.values:
            raise forms.ValidationError('Must be "buy" or "sell".')
        return side.lower()


class ZoneField(forms.CharField):
    """A name of the IANA time zone database."""

    def clean(self, value: Any) -> tzinfo:
        if not value:
            return UTC
        if value not in known_zones():
            raise forms.ValidationError("Must be a time zone such as Europe/Berlin.")
        return ZoneInfo(value)


class FilterForm(forms.Form):
    def clean(self) -> None:
        if "tz" not in self.errors:
            self.read_moments(self.cleaned_data.get("tz", UTC))
        self.in_order("start_date", "end_date")
        self.in_order("min_price", "max_price")
        self.in_order("min_quantity", "max_quantity")

    def read_moments(self, zone: tzinfo) -> None:
        for name, field in self.fields.items():
            if isinstance(field, MomentField) and (text := self.cleaned_data.get(name)):
                try:
                    self.cleaned_data[name] = field.instant(text, zone)
                except forms.ValidationError as error:
                    self.add_error(name, error)

    def in_order(self, low: str, high: str) -> None:
        ends: list[Any] = [self.cleaned_data.get(name) for name in (low, high)]
        if not {None, ""}.intersection(ends) and ends[0] > ends[1]:  # empty, as a form sends what is not filled in
            self.add_error(low, f"Must not be above {high}.")


class MomentFilter(filters.Filter):
    field_class = MomentField


class AmountFilter(filters.Filter):
    field_class = AmountField


class SideFilter(filters.CharFilter):
    field_class = SideField


class Elsewhere(filters.Filter):
    """A parameter that is no comparison with a column."""


class TickersFilter(Elsewhere):
    field_class = TickersField


class ZoneFilter(Elsewhere):
    field_class = ZoneField


class AsOfFilter(Elsewhere, MomentFilter):
    pass


class TradeFilter(filters.FilterSet):
    ticker = TickersFilter(help_text=f"One ticker or several, separated by commas; at most {MAX_TICKERS}.")
    start_date = MomentFilter(
        field_name="timestamp", lookup_expr="gte", last=False, help_text="From this date, or date and time, on."
    )
    end_date = MomentFilter(
        field_name="timestamp", lookup_expr="lte", last=True, help_text="Up to this date, or date and time, included."
    )
    tz = ZoneFilter(help_text="The time zone of dates, and of times without an offset; UTC if left out.")
    side = SideFilter(help_text="buy or sell.")
    min_price = AmountFilter(field_name="price", lookup_expr="gte", help_text="From this price on.")
    max_price = AmountFilter(field_name="price", lookup_expr="lte", help_text="Up to this price, included.")
    min_quantity = AmountFilter(field_name="quantity", lookup_expr="gte", help_text="From this quantity on.")
    max_quantity = AmountFilter(field_name="quantity", lookup_expr="lte", help_text="Up to this quantity, included.")
    external_id = filters.CharFilter(strip=False, help_text="The trade that was given this external_id.")
    updated_since = MomentFilter(
        field_name="updated_at", lookup_expr="gte", last=False, help_text="Added or changed at this instant or later."
    )
    as_of = AsOfFilter(last=True, help_text="The book as it was at this instant, or at the end of this date.")

    class Meta:
        model = Trade
        fields: tuple[str, ...] = ()
        form = FilterForm


for name, made in TradeFilter.base_filters.items():
    made.label = name  # its own would speak of columns and comparisons


@cache
def template() -> TradeFilter:
    """One filter set for all requests. To copy all of it for each would cost more than the query does."""
    return TradeFilter()


@lru_cache(maxsize=256)
def form_class(names: frozenset[str]) -> type[forms.Form]:
    """The form of these filters alone, for the same reason."""
    return type("GivenForm", (FilterForm,), {name: template().filters[name].field for name in names})


def selection(parameters: QueryDict) -> Selection:
    """What the parameters of a request choose; ValidationError names what is wrong with them."""
    filters_ = template().filters
    form = form_class(frozenset(name for name, value in parameters.items() if value and name in filters_))(parameters)
    if not form.is_valid():
        raise translate_validation(form.errors)
    given = form.cleaned_data
    conditions = [
        Condition(f"{filters_[name].field_name} {OPERATORS[filters_[name].lookup_expr]} %s", value)
        for name, value in given.items()
        if not isinstance(filters_[name], Elsewhere)
    ]
    return Selection(tuple(conditions), given.get("ticker", ()), given.get("as_of"))
