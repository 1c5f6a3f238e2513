"""Tokens in Django's admin: seen and revoked. They are made by `manage.py create_token`, which can show them once."""

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
