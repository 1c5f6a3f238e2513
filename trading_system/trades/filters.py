"""Which trades a request asks for: by ticker, by ranges with both ends included, and as of which instant."""

from datetime import UTC, tzinfo
from functools import cache, lru_cache
from typing import Any

from django import forms
from django.http import QueryDict
from django_filters import rest_framework as filters
from django_filters.utils import translate_validation

from .forms import MAX_TICKERS, AmountField, MomentField, SideField, TickersField, ZoneField
from .models import Trade
from .selection import Condition, Selection

OPERATORS = {"exact": "=", "gte": ">=", "lte": "<="}


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
