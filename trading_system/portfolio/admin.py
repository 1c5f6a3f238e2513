"""Corporate actions in Django's admin."""

from typing import Any

from django import forms
from django.contrib import admin

from rest.forms import TickerField

from .models import CorporateAction


class CorporateActionForm(forms.ModelForm):
    """Reads tickers in any case; no new ticker is None."""

    ticker = TickerField()
    to = TickerField(required=False, empty_value=None)

    def clean_to(self) -> Any:
        return self.cleaned_data["to"] or None


@admin.register(CorporateAction)
class CorporateActionAdmin(admin.ModelAdmin):
    form = CorporateActionForm
    list_display = ("timestamp", "kind", "ticker", "new", "old", "to")
    list_filter = ("kind",)
    search_fields = ("ticker__iexact", "to__iexact")
    readonly_fields = ("created_at", "updated_at")
