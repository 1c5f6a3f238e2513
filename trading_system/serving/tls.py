"""In production all requests come over TLS: from a proxy that says so, or to the server's own certificate."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

PLAIN = """This server answers over TLS only, and this request came without it.

Where a proxy terminates TLS, open the proxy's address. The proxy has to send the header X-Forwarded-Proto.
Without a proxy, start the server with a certificate, and open https:// at the same address:

    make serve CERTFILE=chain.pem KEYFILE=key.pem
"""


class ExplainPlainRequests(MiddlewareMixin):
    """Answers a request without TLS that no proxy has sent: Django would redirect it to where nothing answers."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if request.is_secure() or not settings.SECURE_SSL_REDIRECT or "X-Forwarded-Proto" in request.headers:
            return None
        if any(re.search(path, request.path.lstrip("/")) for path in settings.SECURE_REDIRECT_EXEMPT):
            return None
        return HttpResponse(PLAIN, status=400, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})
