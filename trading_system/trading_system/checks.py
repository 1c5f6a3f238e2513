"""What a service needs before others may reach it, as Django system checks: each with a hint instead of a traceback."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from . import env

NO_SECRET = Error(
    "DEBUG=false needs SECRET_KEY.",
    "Put a long random one into .env; python -c 'import secrets; print(secrets.token_urlsafe(50))' makes one.",
    id="trading_system.E001",
)
NO_HOSTS = Error(
    "DEBUG=false needs ALLOWED_HOSTS.",
    "Name the hosts that the ledger answers to, separated by commas: ALLOWED_HOSTS=ledger.example",
    id="trading_system.E002",
)
NO_DATABASE = Error(
    "DEBUG=false needs a PostgreSQL server of yours.",
    "Set DB_NAME, DB_USER, DB_HOST and DB_PASSWORD. The embedded server is for development.",
    id="trading_system.E003",
)


@register("configuration")
def production_is_configured(app_configs: Any, **options: Any) -> list[Error]:
    """Errors for what DEBUG=false needs and does not have; none in development."""
    needed = [
        (NO_SECRET, env.text("SECRET_KEY", "")),  # in settings, Django raises an error for an empty one
        (NO_HOSTS, settings.ALLOWED_HOSTS),
        (NO_DATABASE, settings.DATABASES["default"].get("NAME")),
    ]
    return [error for error, value in needed if not value and not settings.DEBUG]
