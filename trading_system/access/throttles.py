"""The throttle of heavy requests, whose cost grows with the ledger."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from rest.errors import ReadOnly

from .limits import HEAVY_REQUESTS

HEAVY = {  # resource and action
    ("trade", "bulk"),
    ("import", "create"),
    ("import", "partial_update"),
    ("import", "book"),
    ("trade", "export"),
    ("trade", "summary"),
    ("position", "list"),
    ("lot", "list"),
    ("candle", "list"),
    ("market-candle", "list"),
}


class HeavyRequests(BaseThrottle):
    """Counts a user's heavy requests, in production; raises TooOften beyond the limit."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if settings.LOGIN_REQUIRED and (getattr(view, "basename", ""), getattr(view, "action", "")) in HEAVY:
            with suppress(ReadOnly):  # reads are still answered
                HEAVY_REQUESTS.take(request.user.pk)
        return True
