"""Trades in Django's admin."""

from django import forms
from django.contrib import admin
from django.db import models

from rest.columns import ExactDecimalField
from rest.forms import AmountField, TickerField

from .models import Trade


class MicrosecondInput(forms.DateTimeInput):
    """The admin's own widgets would show, and so save, whole seconds."""

    supports_microseconds = True

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d %H:%M:%S.%f")


class TradeForm(forms.ModelForm):
    ticker = TickerField()


@admin.register(Trade)
class TradeAdmin(admin.ModelAdmin):
    form = TradeForm
    formfield_overrides = {
        ExactDecimalField: {"form_class": AmountField},
        models.TextField: {"strip": False},
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MicrosecondInput},
    }
    list_display = ("timestamp", "ticker", "side", "quantity", "price", "fee")
    list_filter = ("side",)
    search_fields = ("ticker__iexact", "external_id")
    readonly_fields = ("created_at", "updated_at")
