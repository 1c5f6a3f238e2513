"""The page that people leave open. All that it shows, it asks of the API and of the feed."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic import TemplateView

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": f"'self' {settings.FEED_URL}",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


class Desk(TemplateView):
    template_name = "dashboard/desk.html"
    extra_context = {"feed": settings.FEED_URL}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in POLICY.items())
        return response
