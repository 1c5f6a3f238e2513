"""The ledger over HTTP: /api/trades/."""

import re
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import NotFound, ParseError, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from .errors import BodyTooLarge, LengthRequired
from .filters import TradeFilter, refuse_unknown
from .models import Trade
from .pagination import KeysetPagination
from .serializers import TradeSerializer


class TradeViewSet(ModelViewSet[Trade]):
    """Trades, newest first. Filter by ticker and by start_date and end_date, both included."""

    queryset = Trade.objects.all()
    serializer_class = TradeSerializer
    filter_backends = (DjangoFilterBackend,)
    filterset_class = TradeFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[^/]+"  # what is no number gets the API's 404, not Django's

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        listing = {*TradeFilter.base_filters, "cursor", "page_size"} if self.action == "list" else set()
        refuse_unknown(request.query_params, {"format", *listing})
        refuse_foreign_page(request)
        read_whole_body(request)

    def get_queryset(self) -> QuerySet[Trade]:
        trades = super().get_queryset()
        return trades.select_for_update() if self.action in ("update", "partial_update", "destroy") else trades

    def get_object(self) -> Trade:
        if not re.fullmatch(r"[1-9][0-9]{0,18}", self.kwargs["pk"]):  # int() would read other scripts' digits, too
            raise NotFound
        return super().get_object()

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().update(request, *args, **kwargs)

    @transaction.atomic
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().destroy(request, *args, **kwargs)


def refuse_foreign_page(request: Request) -> None:
    """Without a login, a form on any web page could post here; browsers say where a request comes from."""
    origin = request.headers.get("Origin")
    if origin and request.method not in SAFE_METHODS and origin.partition("://")[2] != request.get_host():
        raise PermissionDenied("Pages of other sites may not change trades.")


def read_whole_body(request: Request) -> None:
    """Read as many bytes as Content-Length says, at most 1 MiB; a body that was cut off could pass for another."""
    if "HTTP_TRANSFER_ENCODING" in request.META:
        raise LengthRequired("Send the body with a Content-Length, not in chunks.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not re.fullmatch(r"[0-9]{1,19}", length):
        raise ParseError("Content-Length must be a whole number.")
    if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise BodyTooLarge(f"A body has at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes.")
    if len(request.body) < int(length):
        raise ParseError("The body ended before its Content-Length.")
