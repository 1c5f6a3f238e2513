"""Versions of a trade: an ETag names one, and If-Match asks for it (section 13.1 of RFC 9110)."""

from django.utils.http import parse_etags
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from rest import instants

from .models import Trade


class PreconditionFailed(APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "The trade has changed since it was read."


def etag(trade: Trade) -> str:
    """No two versions of a trade share their `updated_at`."""
    return f'"{trade.pk}-{instants.render(trade.updated_at)}"'


def includes(etags: list[str], trade: Trade) -> bool:
    return "*" in etags or etag(trade) in etags


def is_known(request: Request, trade: Trade) -> bool:
    """Whether the client has this version; for that, a weak ETag is as good as a strong one."""
    etags = parse_etags(request.headers.get("If-None-Match", ""))
    return includes([text.removeprefix("W/") for text in etags], trade)


def require_match(request: Request, trade: Trade) -> None:
    if "If-Match" in request.headers and not includes(parse_etags(request.headers["If-Match"]), trade):
        raise PreconditionFailed
