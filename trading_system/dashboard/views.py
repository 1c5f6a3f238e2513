"""The page that people leave open. All that it shows, it asks of the API and of the feed."""

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
    "connect-src": [SELF, settings.FEED_URL],
}


@method_decorator([for_readers, ensure_csrf_cookie, csp_replace(POLICY)], name="dispatch")
class Desk(TemplateView):
    template_name = "dashboard/desk.html"
    extra_context = {"feed": settings.FEED_URL}
