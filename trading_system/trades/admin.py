"""Trades in Django's admin."""

from django import forms
from django.contrib import admin
from django.db import models

from rest.columns import ExactDecimalField
from rest.forms import AmountField, TickerField

from .models import Trade

MICROSECONDS = "%Y-%m-%d %H:%M:%S.%f"


class MicrosecondInput(forms.DateTimeInput):
    """The admin's own widgets would show, and so save, whole seconds."""

    supports_microseconds = True


class TradeForm(forms.ModelForm):
    """Reads a ticker in any case."""

    ticker = TickerField()


@admin.register(Trade)
class TradeAdmin(admin.ModelAdmin):
    form = TradeForm
    formfield_overrides = {
        ExactDecimalField: {"form_class": AmountField},
        models.TextField: {"strip": False},
        models.DateTimeField: {
            "form_class": forms.DateTimeField,
            "widget": MicrosecondInput(format=MICROSECONDS),
        },
    }
    list_display = ("timestamp", "ticker", "side", "quantity", "price", "fee")
    list_filter = ("side",)
    search_fields = ("ticker__iexact", "external_id")
    readonly_fields = ("created_at", "updated_at")
