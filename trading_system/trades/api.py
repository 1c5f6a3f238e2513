"""The ledger over HTTP: /api/trades/."""

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.serializer_helpers import ReturnDict
from rest_framework.viewsets import ModelViewSet

from idempotency.once import once
from rest import bodies, pagination
from rest.metrics import ADDED, CHANGED, DELETED, RESTORED, count
from rest.parsers import ExactJSONParser
from rest.renderers import FastJSONRenderer
from rest.views import StrictView, validated

from .adding import add, same
from .etags import etag, is_known, require_match
from .export import export
from .filters import TradeFilter, selection
from .history import history
from .models import Trade
from .parsers import CSVParser, NDJSONParser
from .renderers import CSVRenderer, ExportRenderer, NDJSONRenderer
from .restoring import restore
from .selection import Selection
from .serializers import TradeSerializer, shared
from .summary import summary
from .upload import upload

MAX_ID = 2**63 - 1
FILTERS = set(TradeFilter.base_filters)
PARAMETERS = {
    "list": FILTERS | pagination.PARAMETERS,
    "summary": FILTERS,
    "export": FILTERS,
    "history": {"cursor"},
    "bulk": {"on_error", "dry_run", "again"},
}


class TradeViewSet(StrictView, ModelViewSet[Trade]):
    """Trades, newest first. Filter by ticker and by start_date and end_date, both included."""

    queryset = Trade.objects.all()
    serializer_class = TradeSerializer
    filter_backends = (DjangoFilterBackend,)
    filterset_class = TradeFilter
    pagination_class = pagination.KeysetPagination
    known_parameters = PARAMETERS
    lookup_value_regex = "[^/]+"  # what is no number gets the API's 404, not Django's

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action != "bulk":
            bodies.read_whole(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(getattr(response, "accepted_renderer", None), ExportRenderer):  # an error, which is no row
            response.accepted_renderer, response.accepted_media_type = FastJSONRenderer(), FastJSONRenderer.media_type
        return response

    def get_queryset(self) -> QuerySet[Trade]:
        trades = super().get_queryset()
        return trades.select_for_update() if self.action in ("update", "partial_update", "destroy") else trades

    def filter_queryset(self, queryset: Any) -> Any:
        return queryset  # lists are selections; the filters are there for forms and for the schema

    def get_object(self) -> Trade:
        self.pk()
        return super().get_object()

    def pk(self) -> int:
        text = self.kwargs["pk"]
        if not re.fullmatch(r"[1-9][0-9]{0,18}", text) or int(text) > MAX_ID:  # int() reads other scripts' digits, too
            raise NotFound
        return int(text)

    def selection(self) -> Selection:
        return selection(self.request.query_params)

    def answer(self, trade: Trade, status_: int = status.HTTP_200_OK) -> Response:
        headers = {"ETag": etag(trade)}
        if status_ == status.HTTP_201_CREATED:
            headers["Location"] = self.request.build_absolute_uri(f"{self.request.path}{trade.pk}/")
        data = shared().to_representation(trade)
        if isinstance(self.request.accepted_renderer, BrowsableAPIRenderer):
            data = ReturnDict(data, serializer=self.get_serializer(trade))  # which its form shows
        return Response(data, status_, headers=headers)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(pagination.page(self.selection(), request))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        trade = self.get_object()
        if is_known(request, trade):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag(trade)})
        return self.answer(trade)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return once(request, self.add, lambda: bodies.digest(request), FastJSONRenderer())

    def add(self) -> Response:
        given = validated(self, shared())
        try:
            trade = add(given)
        except IntegrityError as error:
            existing = same(error, given)
            if existing is None:
                raise
            return self.answer(existing)
        count(ADDED)
        return self.answer(trade, status.HTTP_201_CREATED)

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        trade = self.get_object()
        require_match(request, trade)
        serializer = self.get_serializer(trade, data=request.data, partial=kwargs.get("partial", False))
        serializer.is_valid(raise_exception=True)
        trade = serializer.save()
        count(CHANGED)
        return self.answer(trade)

    @transaction.atomic
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        trade = self.get_object()
        require_match(request, trade)
        trade.delete()
        count(DELETED)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=False, methods=["post"], parser_classes=[CSVParser, NDJSONParser, ExactJSONParser])
    def bulk(self, request: Request) -> Response:
        """Add a file of trades: CSV, NDJSON or a JSON array."""
        return upload(request, FastJSONRenderer())

    @action(detail=False)
    def summary(self, request: Request) -> Response:
        """What trades amount to, for each ticker, exactly."""
        return Response(summary(self.selection()))

    @action(detail=False, renderer_classes=[CSVRenderer, NDJSONRenderer])
    def export(self, request: Request) -> StreamingHttpResponse:
        return export(self.selection(), as_csv=isinstance(request.accepted_renderer, CSVRenderer))

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Put a deleted trade back, with its id and its history."""
        trade = restore(self.pk(), request.user.get_username() if request.user else "")
        count(RESTORED)
        return self.answer(trade)

    @action(detail=True)
    def history(self, request: Request, pk: str) -> Response:
        """What a trade was, what became of it, when, and by whom."""
        return Response(history(self.pk(), request))
