"""What every request passes through."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def with_trailing_slash(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer an API address without its trailing slash, too: Django can redirect a GET to it, but not a POST."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/api/") and not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"
        return get_response(request)

    return respond
