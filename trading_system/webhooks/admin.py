"""Webhooks in the admin: an operator sees whose there are, and disables or deletes them, without what they are told."""

from typing import Any

from django.contrib import admin
from django.utils import timezone

from .models import Webhook

BY_OPERATOR = "An operator disabled it."


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin):
    """Added over the API alone, where a secret is told to its owner."""

    list_display = ("url", "owner", "is_enabled", "disabled_reason")
    list_select_related = ("owner",)
    fields = ("url", "owner", "description", "events", "is_enabled", "disabled_reason")
    readonly_fields = ("url", "owner", "description", "events", "disabled_reason")

    def save_model(self, request: Any, obj: Webhook, form: Any, change: bool) -> None:
        if obj.is_enabled:
            obj.enable(timezone.now())
        else:
            obj.disable(BY_OPERATOR)

    def has_add_permission(self, *args: Any) -> bool:
        return False
