"""Filters of lists: each narrows a selection by one parameter, as django-filter's narrow querysets."""

from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Any

from django import forms
from django.http import QueryDict
from django_filters import rest_framework as filters
from django_filters.utils import translate_validation
from rest_framework.request import Request

from .forms import MAX_TICKERS, AmountField, ChoiceField, MomentField, TickersField, ZoneField
from .selection import Selection

FilterSets = Any  # a class of filters.FilterSet, which has no types
ORDERED = (
    ("start_date", "end_date"),
    ("disposed_from", "disposed_to"),
    ("min_price", "max_price"),
    ("min_quantity", "max_quantity"),
)
OPERATORS = {"exact": "=", "gte": ">=", "lte": "<="}


class FilterForm(forms.Form):
    """Reads moments in the zone that `tz` names, and refuses ranges that end before they begin."""

    def clean(self) -> None:
        if "tz" not in self.errors:
            self.read_moments(self.cleaned_data.get("tz", UTC))
            for low, high in ORDERED:
                self.in_order(low, high)

    def read_moments(self, zone: tzinfo) -> None:
        """Replace the texts of moments by instants in `zone`; what is wrong becomes the field's error."""
        for name, field in self.fields.items():
            if isinstance(field, MomentField) and (text := self.cleaned_data.get(name)):
                try:
                    self.cleaned_data[name] = field.instant(text, zone)
                except forms.ValidationError as error:
                    self.add_error(name, error)

    def in_order(self, low: str, high: str) -> None:
        """Add an error to the field `low` if both are given and it is above `high`."""
        ends: list[Any] = [self.cleaned_data.get(name) for name in (low, high)]
        if not {None, ""}.intersection(ends) and ends[0] > ends[1]:  # empty, as a form sends what is not filled in
            self.add_error(low, f"Must not be above {high}.")


class Comparison(filters.Filter):
    """Compares the column `field_name` with the value."""

    field_class: type[forms.Field] = forms.CharField

    def filter(self, selection: Selection, value: Any) -> Selection:
        return selection.where(f"{self.field_name} {OPERATORS[self.lookup_expr]} %s", value)


class MomentFilter(Comparison):
    """Compares with an instant, or with the first or last instant of a date."""

    field_class = MomentField


class AmountFilter(Comparison):
    field_class = AmountField


class ChoiceFilter(Comparison):
    field_class = ChoiceField


class TickersFilter(filters.Filter):
    """Selects rows of these tickers."""

    field_class = TickersField

    def filter(self, selection: Selection, value: tuple[str, ...]) -> Selection:
        return selection.of(*value)


class ZoneFilter(filters.Filter):
    """The zone in which other filters read dates, and times without an offset. It narrows nothing itself."""

    field_class = ZoneField

    def filter(self, selection: Selection, value: tzinfo) -> Selection:
        return selection


class AsOfFilter(MomentFilter):
    """Selects the versions that held at an instant."""

    def filter(self, selection: Selection, value: Any) -> Selection:
        return selection.as_of(value)


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

    class Meta:
        form = FilterForm

    def __init_subclass__(cls) -> None:
        assert cls.filter_queryset is filters.FilterSet.filter_queryset, "selections are narrowed by filters alone"


class SelectionFilter(filters.DjangoFilterBackend):
    """Narrows what the view selects by the filters of its `filterset_class` that the request names."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        filterset: FilterSets = self.get_filterset_class(view)
        for name, value in given_values(filterset, request.query_params).items():
            queryset = filterset.base_filters[name].filter(queryset, value)
        return queryset

    def get_filterset(self, request: Request, queryset: Any, view: Any) -> filters.FilterSet:
        """The form to show, whose labels are the names of parameters."""
        filterset = view.filterset_class(request.query_params, queryset=type(view).queryset, request=request)
        for name, field in filterset.form.fields.items():
            field.label = name
        return filterset


@lru_cache(maxsize=256)
def form_class(filterset: FilterSets, names: frozenset[str]) -> type[forms.Form]:
    """The form of these filters alone, made once: to copy all of a filter set would cost more than the query does."""
    fields = {name: filterset.base_filters[name].field for name in names}
    form: Any = type("GivenForm", (filterset._meta.form,), fields)
    form.base_fields = Shared(form.base_fields)
    return form  # type: ignore[no-any-return]  # a class that is made here


class Shared(dict[str, Any]):
    """Fields of which each form would take a copy. They have no state, and copying takes as long as using them."""

    def __deepcopy__(self, memo: Any) -> "Shared":
        return self


def given_values(filterset: FilterSets, parameters: QueryDict) -> dict[str, Any]:
    """The values of the filters that are given; ValidationError names what is wrong with one."""
    names = frozenset(name for name, value in parameters.items() if value and name in filterset.base_filters)
    form = form_class(filterset, names)(parameters)
    if not form.is_valid():
        raise translate_validation(form.errors)
    return form.cleaned_data
