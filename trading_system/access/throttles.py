"""What one user may ask of the API in a minute: much, but not everything that there is."""

from typing import Any

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from .limits import READS, WRITES


class PerUser(BaseThrottle):
    """TooOften for the user's requests beyond the limit of reads, or of writes; in development there is none."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if settings.LOGIN_REQUIRED:
            (READS if request.method in SAFE_METHODS else WRITES).take(request.user.pk)
        return True
