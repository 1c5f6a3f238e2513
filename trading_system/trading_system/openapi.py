"""The API's description in OpenAPI: what its resources tell, in one document."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request

from alerts.openapi.shapes import COMPONENTS as ALERTS
from portfolio.openapi.shapes import COMPONENTS as PORTFOLIO
from rest.openapi.shapes import COMPONENTS, Schema
from trades.openapi.shapes import COMPONENTS as TRADES

SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "What manage.py create_token has printed."},
    "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
}


def complete(result: Schema, request: Request | None, **_: Any) -> Schema:
    """drf-spectacular's last step: the components, and where the service is, for programs that import the document."""
    result["components"] = {"schemas": TRADES | PORTFOLIO | ALERTS | COMPONENTS}
    if settings.LOGIN_REQUIRED:
        result["components"]["securitySchemes"] = SCHEMES
        result["security"] = [{name: []} for name in SCHEMES]
    if request:
        result["servers"] = [{"url": request.build_absolute_uri("/").rstrip("/")}]
    return result
