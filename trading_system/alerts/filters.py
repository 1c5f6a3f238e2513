"""Which alerts a request asks for."""

from typing import Any

from django import forms
from django.http import QueryDict
from django_filters import rest_framework as filters

from wire.filters import FilterForm, MomentFilter, TickersFilter, ZoneFilter, label, read
from wire.forms import MAX_TICKERS
from wire.sql import Condition

from .models import Alert, Kind
from .rows import Alerts


class KindField(forms.CharField):
    def to_python(self, value: Any) -> str:
        kind = super().to_python(value) or ""
        if kind and kind not in Kind.values:
            raise forms.ValidationError('Must be "rise" or "fall".')
        return kind


class KindFilter(filters.CharFilter):
    field_class = KindField


@label
class AlertFilter(filters.FilterSet):
    ticker = TickersFilter(help_text=f"One ticker or several, separated by commas; at most {MAX_TICKERS}.")
    start_date = MomentFilter(
        field_name="timestamp", lookup_expr="gte", last=False, help_text="From this date, or date and time, on."
    )
    end_date = MomentFilter(
        field_name="timestamp", lookup_expr="lte", last=True, help_text="Up to this date, or date and time, included."
    )
    tz = ZoneFilter(help_text="The time zone of dates, and of times without an offset; UTC if left out.")
    kind = KindFilter(help_text="rise or fall.")

    class Meta:
        model = Alert
        fields: tuple[str, ...] = ()
        form = FilterForm


def chosen(parameters: QueryDict) -> Alerts:
    """What the parameters of a request choose; ValidationError names what is wrong with them."""
    conditions, given = read(AlertFilter, parameters)
    tickers = given.get("ticker", ())
    return Alerts((*conditions, *([Condition("ticker = ANY(%s)", list(tickers))] if tickers else [])))
