"""The API's description in OpenAPI: what its resources tell, in one document."""

from typing import Any

from rest_framework.request import Request

from alerts.schema.shapes import COMPONENTS as ALERTS
from portfolio.schema.shapes import COMPONENTS as PORTFOLIO
from trades.schema.shapes import COMPONENTS as TRADES
from wire.schema.shapes import COMPONENTS, Schema


def complete(result: Schema, request: Request | None, **_: Any) -> Schema:
    """drf-spectacular's last step: the components, and where the service is, for programs that import the document."""
    result["components"] = {"schemas": TRADES | PORTFOLIO | ALERTS | COMPONENTS}
    if request:
        result["servers"] = [{"url": request.build_absolute_uri("/").rstrip("/")}]
    return result
