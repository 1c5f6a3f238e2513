"""Trades in Django's admin."""

from django.contrib import admin

from .models import Trade


@admin.register(Trade)
class TradeAdmin(admin.ModelAdmin):
    list_display = ("timestamp", "ticker", "side", "quantity", "price")
    list_filter = ("side",)
    search_fields = ("ticker__iexact",)
    readonly_fields = ("created_at", "updated_at")
