"""The page that people leave open. All that it shows, it asks of the API and of the feed."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.generic import TemplateView

from access.permissions import for_readers

POLICY = {
    "style-src": [SELF],
    "img-src": [SELF],
    "connect-src": [SELF, *filter(None, [settings.FEED_URL])],
}
BADGES = {"simulated": "simulated market", "recording": "recorded market"}  # of feeds that are no market


@method_decorator([for_readers, ensure_csrf_cookie, csp_replace(POLICY)], name="dispatch")
class Desk(TemplateView):
    """The trading desk. Without a `feed` (the address of its WebSocket) the page says how to set one."""

    template_name = "dashboard/desk.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            feed=settings.FEED_URL,
            badge=BADGES.get(settings.FEED_SOURCE, ""),
            max_upload=settings.TRADES_UPLOAD_MAX_SIZE,
            **context,
        )
