"""Alerts in the admin, to look at: the watch alone adds them."""

from typing import Any

from django.contrib import admin

from .models import Alert


@admin.register(Alert)
class AlertAdmin(admin.ModelAdmin):
    list_display = ("timestamp", "rule", "kind", "severity", "ticker", "price", "percent", "confirmed", "gap")
    list_filter = ("kind", "severity")
    search_fields = ("ticker",)
    show_full_result_count = False

    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any) -> bool:
        return False
