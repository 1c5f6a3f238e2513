"""Filters of lists: the fields that read parameters, and the conditions that they set."""

from datetime import UTC, tzinfo
from functools import cache, lru_cache
from typing import Any

from django import forms
from django.http import QueryDict
from django_filters import rest_framework as filters
from django_filters.utils import translate_validation

from .forms import MAX_TICKERS, AmountField, MomentField, TickersField, ZoneField
from .sql import Condition

FilterSets = Any  # a class of filters.FilterSet, which has no types
OPERATORS = {"exact": "=", "gte": ">=", "lte": "<="}


class FilterForm(forms.Form):
    def clean(self) -> None:
        if "tz" not in self.errors:
            self.read_moments(self.cleaned_data.get("tz", UTC))
            self.in_order("start_date", "end_date")

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


class Elsewhere(filters.Filter):
    """A parameter that is no comparison with a column."""


class TickersFilter(Elsewhere):
    field_class = TickersField


class ZoneFilter(Elsewhere):
    field_class = ZoneField


class AsOfFilter(Elsewhere, MomentFilter):
    pass


class InTime(filters.FilterSet):
    """What every list of things that happened to tickers can be filtered by."""

    ticker = TickersFilter(help_text=f"One ticker or several, separated by commas; at most {MAX_TICKERS}.")
    start_date = MomentFilter(
        field_name="timestamp", lookup_expr="gte", last=False, help_text="From this date, or date and time, on."
    )
    end_date = MomentFilter(
        field_name="timestamp", lookup_expr="lte", last=True, help_text="Up to this date, or date and time, included."
    )
    tz = ZoneFilter(help_text="The time zone of dates, and of times without an offset; UTC if left out.")


@cache
def template(filterset: FilterSets) -> filters.FilterSet:
    """One filter set for all requests. To copy all of it for each would cost more than the query does."""
    return filterset()


@lru_cache(maxsize=256)
def form_class(filterset: FilterSets, names: frozenset[str]) -> type[forms.Form]:
    """The form of these filters alone, for the same reason."""
    fields = {name: template(filterset).filters[name].field for name in names}
    return type("GivenForm", (filterset._meta.form,), fields)


def read(filterset: FilterSets, parameters: QueryDict) -> tuple[tuple[Condition, ...], dict[str, Any]]:
    """The conditions that the parameters of a request set, and all values; ValidationError names what is wrong."""
    known = template(filterset).filters
    names = frozenset(name for name, value in parameters.items() if value and name in known)
    form = form_class(filterset, names)(parameters)
    if not form.is_valid():
        raise translate_validation(form.errors)
    conditions = [
        Condition(f"{known[name].field_name} {OPERATORS[known[name].lookup_expr]} %s", value)
        for name, value in form.cleaned_data.items()
        if not isinstance(known[name], Elsewhere)
    ]
    return tuple(conditions), form.cleaned_data


def label(filterset: FilterSets) -> FilterSets:
    """Labels of filters are their names; their own would speak of columns and comparisons."""
    for name, made in filterset.base_filters.items():
        made.label = name
    return filterset
