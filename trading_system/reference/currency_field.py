"""A code of a currency in JSON."""

import re
from typing import Any

from rest.serializers import TextField

from .currencies import CURRENCY, CURRENCY_LENGTH, normal_currency
from .models import Currency, currency_form

UNKNOWN = "Unknown currency: {code}. An instrument of kind currency or crypto makes its ticker a known one."


class KnownCurrencyField(TextField):
    """The code of a known currency in any case, upper-cased; GBp is GBX. It is a column's `…_id`."""

    default_error_messages = {"form": str(currency_form.message), "unknown": UNKNOWN}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=CURRENCY_LENGTH, validators=[currency_form], **options)

    def to_internal_value(self, data: Any) -> str:
        code = normal_currency(super().to_internal_value(data))
        if not re.fullmatch(CURRENCY, code):
            self.fail("form")
        if not Currency.objects.filter(pk=code).exists():
            self.fail("unknown", code=code)
        return code
