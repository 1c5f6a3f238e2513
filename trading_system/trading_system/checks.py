"""What a service needs before others may reach it, as Django system checks: each with a hint instead of a traceback."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured


@register("configuration")
def production_is_configured(app_configs: Any, **options: Any) -> list[Error]:
    """Errors for what DEBUG=false needs and does not have; none in development."""
    if settings.DEBUG:
        return []
    needed = [
        (
            has_secret(),
            "DEBUG=false needs SECRET_KEY.",
            "Put a long random one into .env; python -c 'import secrets; print(secrets.token_urlsafe(50))' makes one.",
        ),
        (
            bool(settings.ALLOWED_HOSTS),
            "DEBUG=false needs ALLOWED_HOSTS.",
            "Name the hosts that the ledger answers to, separated by commas: ALLOWED_HOSTS=ledger.example",
        ),
        (
            bool(settings.DATABASES["default"].get("NAME")),
            "DEBUG=false needs a PostgreSQL server of yours.",
            "Set DB_NAME, DB_USER, DB_HOST and DB_PASSWORD. The embedded server is for development.",
        ),
    ]
    return [
        Error(message, hint=hint, id=f"trading_system.E{number:03}")
        for number, (is_there, message, hint) in enumerate(needed, start=1)
        if not is_there
    ]


def has_secret() -> bool:
    try:
        return bool(settings.SECRET_KEY)
    except ImproperlyConfigured:  # which Django says of an empty one
        return False
