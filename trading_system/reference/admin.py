"""What a trade refers to, in Django's admin. An operator sees all accounts here, and their members."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models

from rest.columns import ExactDecimalField
from rest.forms import AmountField, TickerField

from .isins import normal_isin
from .managers import TAKEN
from .members import MAX_MEMBERS
from .models import Account, Currency, Instrument, Membership


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    max_num = MAX_MEMBERS


class AccountForm(forms.ModelForm):
    """Refuses a name that is taken: an operator sees all accounts."""

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if "name" in self.changed_data and Account.objects.filter(name=name).exists():
            raise forms.ValidationError(TAKEN)
        return name


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):
    """Deleted over the API alone: it counts the trades, which the admin would first load, all of them."""

    form = AccountForm
    inlines = (MembershipInline,)
    formfield_overrides = {models.TextField: {"strip": False}}
    list_display = ("name", "currency", "note")
    search_fields = ("name",)
    readonly_fields = ("created_at", "updated_at")

    def get_inlines(self, request: Any, obj: Account | None) -> Any:
        """`main` has no members."""
        return () if obj and obj.is_main else super().get_inlines(request, obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


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
