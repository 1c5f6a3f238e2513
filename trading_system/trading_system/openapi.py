"""What drf-spectacular cannot know of the whole document."""

from typing import Any

from rest_framework.request import Request

from rest.openapi.schema import COMPONENTS


def complete(result: dict[str, Any], request: Request | None, **_: Any) -> dict[str, Any]:
    """The last step: shapes of errors, and where the service is, for programs that import the document."""
    result["components"]["schemas"] |= COMPONENTS
    return result | ({"servers": [{"url": request.build_absolute_uri("/").rstrip("/")}]} if request else {})
