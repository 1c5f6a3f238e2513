"""A known currency in JSON, where the database would say only at the end that it is none."""

import re
from typing import Any

from .currencies import CURRENCY
from .fields import CurrencyField
from .models import Currency, currency_form

UNKNOWN = "Unknown currency: {code}. An instrument of kind currency or crypto makes its ticker a known one."


class KnownCurrencyField(CurrencyField):
    """The code of a currency that is known. It is a column's `…_id`."""

    default_error_messages = {"form": str(currency_form.message), "unknown": UNKNOWN}

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if not re.fullmatch(CURRENCY, code):
            self.fail("form")
        if not Currency.objects.filter(pk=code).exists():
            self.fail("unknown", code=code)
        return code
