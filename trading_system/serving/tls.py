"""In production all requests come over TLS: from a proxy that says so, or to the server's own certificate."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]
PLAIN = """This server answers over TLS only, and this request came without it.

Where a proxy terminates TLS, open the proxy's address. The proxy has to send the header X-Forwarded-Proto.
Without a proxy, start the server with a certificate, and open https:// at the same address:

    make serve CERTFILE=chain.pem KEYFILE=key.pem
"""


def explain_plain_requests(get_response: Respond) -> Respond:
    """Answer a request without TLS that no proxy has sent. Django would redirect it to where nothing answers."""

    def respond(request: HttpRequest) -> HttpResponse:
        is_from_proxy = "X-Forwarded-Proto" in request.headers
        is_exempt = any(re.search(path, request.path.lstrip("/")) for path in settings.SECURE_REDIRECT_EXEMPT)
        if not settings.SECURE_SSL_REDIRECT or request.is_secure() or is_from_proxy or is_exempt:
            return get_response(request)
        return HttpResponse(PLAIN, status=400, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})

    return respond
