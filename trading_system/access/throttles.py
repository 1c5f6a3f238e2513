"""Which requests of the API are counted: those whose cost grows with the ledger, for each user."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from rest.errors import ReadOnly

from .limits import HEAVY

EXPENSIVE = {  # resource and action
    ("trade", "bulk"),
    ("trade", "export"),
    ("trade", "summary"),
    ("position", "list"),
    ("candle", "list"),
}


class HeavyRequests(BaseThrottle):
    """TooOften for a user's expensive requests beyond the limit. None are counted in development."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if settings.LOGIN_REQUIRED and (getattr(view, "basename", ""), getattr(view, "action", "")) in EXPENSIVE:
            with suppress(ReadOnly):  # which must not stop reads
                HEAVY.take(request.user.pk)
        return True
