"""Which trades a list request asks for: by ticker and by a range of dates, both ends included."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError

from . import instants
from .forms import TickerField
from .models import Trade

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
DECODED_PLUS = re.compile(r" (?=\d\d:\d\d\Z)", re.ASCII)  # what a plus in a query string is read as


class MomentField(forms.Field):
    """A date, read as its first or last instant in UTC, or a date and time.

    A day's last instant is the microsecond before midnight: PostgreSQL stores nothing between the two.
    """

    def __init__(self, *, edge: time, **options: Any) -> None:
        super().__init__(**options)
        self.edge = edge

    def to_python(self, value: str | None) -> datetime | None:
        if not value:
            return None
        try:
            if DATE.fullmatch(value):
                return datetime.combine(date.fromisoformat(value), self.edge, UTC)
            return instants.parse(DECODED_PLUS.sub("+", value))
        except ValueError:
            raise forms.ValidationError(f"Must be a date such as 2025-06-06 or {instants.FORM}.") from None


class RangeForm(forms.Form):
    def clean(self) -> None:
        start, end = self.cleaned_data.get("start_date"), self.cleaned_data.get("end_date")
        if start and end and start > end:
            self.add_error("start_date", "Must not be after end_date.")


class TickerFilter(filters.CharFilter):
    field_class = TickerField


class MomentFilter(filters.Filter):
    field_class = MomentField


class TradeFilter(filters.FilterSet):
    ticker = TickerFilter()
    start_date = MomentFilter(field_name="timestamp", lookup_expr="gte", edge=time.min)
    end_date = MomentFilter(field_name="timestamp", lookup_expr="lte", edge=time.max)

    class Meta:
        model = Trade
        fields: tuple[str, ...] = ()
        form = RangeForm


def refuse_unknown(parameters: QueryDict, known: set[str]) -> None:
    """Raise ValidationError for a parameter that would be ignored, or that is given twice."""
    errors = {name: ["Unknown parameter."] for name in parameters if name not in known}
    errors |= {name: ["Given more than once."] for name, values in parameters.lists() if len(values) > 1}
    if errors:
        raise ValidationError(errors)
