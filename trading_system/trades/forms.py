"""Form fields that read what the API reads, for the filters and the admin."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from .models import TICKER_LENGTH, normal_ticker, ticker_form

NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,4})?", re.ASCII)


class TickerField(forms.CharField):
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
        if isinstance(value, str) and value and not NUMBER.fullmatch(value.strip(" ")):
            raise forms.ValidationError(self.error_messages["invalid"])
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:f}" if isinstance(value, Decimal) else value
