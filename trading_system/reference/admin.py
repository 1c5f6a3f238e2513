"""What a trade refers to, in Django's admin. An operator sees all accounts here, and their members."""

from typing import Any

from django.contrib import admin
from django.db import models

from .members import MAX_MEMBERS
from .models import Account, Membership


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    max_num = MAX_MEMBERS


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):
    """Deleted over the API alone: it counts the trades, which the admin would first load, all of them."""

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
