"""Trades in Django's admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from reference.fields import CurrencyFormField
from reference.managers import ids, open_to, seen_by
from reference.models import Account
from rest.columns import ExactDecimalField
from rest.forms import AmountField, TickerField

from .models import Trade

MICROSECONDS = "%Y-%m-%d %H:%M:%S.%f"


class MicrosecondInput(forms.DateTimeInput):
    """The admin's own widgets would show, and so save, whole seconds."""

    supports_microseconds = True


class TradeForm(forms.ModelForm):
    """Reads tickers and currencies in any case."""

    ticker = TickerField()
    currency, fee_currency = CurrencyFormField(required=False), CurrencyFormField(required=False)


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
    list_display = ("timestamp", "account", "ticker", "side", "quantity", "price", "currency", "fee")
    list_filter = ("side",)
    search_fields = ("ticker__iexact", "external_id")
    readonly_fields = ("created_by", "created_at", "updated_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        """An admin who is no member of an account sees nothing of it here either."""
        return super().get_queryset(request).filter(account__in=ids(seen_by(request.user)))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        accounts = Account.objects.within(open_to(request.user))
        return super().formfield_for_foreignkey(db_field, request, **{"queryset": accounts, **options})

    def save_model(self, request: HttpRequest, obj: Trade, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user.get_username()
        super().save_model(request, obj, form, change)
