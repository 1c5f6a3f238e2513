"""Fields of serializers and forms for what a trade refers to."""

from typing import Any

from django import forms

from rest.serializers import TextField

from .currencies import CURRENCY_LENGTH, normal_currency
from .models import NAME_LENGTH, Currency, currency_form, name_form


class CurrencyField(TextField):
    """The code of a currency in any case; GBp is GBX. Whether there is such a currency, the database knows."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=CURRENCY_LENGTH, validators=[currency_form], **options)

    def to_internal_value(self, data: Any) -> str:
        return normal_currency(super().to_internal_value(data))


class AccountField(TextField):
    """The name of an account."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=NAME_LENGTH, validators=[name_form], **options)

    def to_representation(self, value: Any) -> str:
        name: str = value.name
        return name


class CurrencyFormField(forms.CharField):
    """The code of a known currency in any case, in forms of the admin."""

    def to_python(self, value: Any) -> str:
        return normal_currency(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not Currency.objects.filter(code=value).exists():
            raise forms.ValidationError(f"Unknown currency: {value}.")
