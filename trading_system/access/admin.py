"""Tokens in Django's admin: listed and revoked. `manage.py create_token` makes them, as it can show each once."""

from django.contrib import admin
from django.http import HttpRequest

from .models import Token


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):
    list_display = ("name", "user", "created", "expiry")
    list_filter = ("user",)
    fields = readonly_fields = ("name", "user", "created", "expiry")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
