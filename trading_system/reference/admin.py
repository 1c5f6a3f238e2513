"""Instruments and currencies in Django's admin."""

from typing import Any

from django import forms
from django.contrib import admin

from rest.columns import ExactDecimalField
from rest.forms import AmountField, TickerField

from .isins import normal_isin
from .models import Currency, Instrument


class InstrumentForm(forms.ModelForm):
    """Reads a ticker and an ISIN in any case; no ISIN is None."""

    ticker = TickerField()

    def clean_isin(self) -> str | None:
        return normal_isin(self.cleaned_data["isin"] or "") or None


@admin.register(Instrument)
class InstrumentAdmin(admin.ModelAdmin):
    form = InstrumentForm
    formfield_overrides = {ExactDecimalField: {"form_class": AmountField}}
    autocomplete_fields = ("currency", "base_asset")
    list_display = ("ticker", "kind", "name", "currency", "multiplier")
    list_filter = ("kind",)
    search_fields = ("ticker__iexact", "name", "isin__iexact")
    readonly_fields = ("created_at", "updated_at")


@admin.register(Currency)
class CurrencyAdmin(admin.ModelAdmin):
    """To look at, and to add: once known, a code stays known."""

    search_fields = ("code",)

    def has_change_permission(self, *args: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        return False
