"""Which alerts a request asks for."""

from typing import Any

from django import forms
from django.http import QueryDict
from django_filters import rest_framework as filters

from rest.filters import FilterForm, InTime, label, read
from rest.sql import Condition

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
class AlertFilter(InTime):
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
