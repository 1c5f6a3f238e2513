"""The ledger over HTTP: /api/trades/."""

from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from idempotency.keys import once
from rest import bodies, pagination
from rest.metrics import ADDED, CHANGED, DELETED, RESTORED, count
from rest.renderers import FastJSONRenderer
from rest.views import CreateOnceMixin, SelectionMixin, StrictView

from .etags import ETagMixin
from .filters import TradeFilter
from .history import events_of
from .models import Trade
from .parsers import PARSERS, uploaded
from .renderers import CSVRenderer, NDJSONRenderer
from .serializers import TradeSerializer
from .summary import sum_up
from .upload import book_file

FILTERS = set(TradeFilter.base_filters)
PARAMETERS = {
    "list": FILTERS | pagination.PARAMETERS,
    "summary": FILTERS,
    "export": FILTERS,
    "history": {"cursor"},
    "bulk": {"on_error", "dry_run", "again"},
}


class TradeViewSet(StrictView, ETagMixin, CreateOnceMixin, SelectionMixin, ModelViewSet[Trade]):
    """Trades, newest first. Filter by ticker and by start_date and end_date, both included."""

    queryset = Trade.objects.all()
    serializer_class = TradeSerializer
    filterset_class = TradeFilter
    known_parameters = PARAMETERS
    lookup_value_regex = "[1-9][0-9]{0,18}"  # what is no number leads nowhere

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action != "bulk":
            bodies.read_whole(request)

    def handle_exception(self, exc: Exception) -> Response:
        if self.action == "export":  # an error is no row
            self.request.accepted_renderer = FastJSONRenderer()
            self.request.accepted_media_type = FastJSONRenderer.media_type
        return super().handle_exception(exc)

    def get_queryset(self) -> Any:
        """Many are a selection. One is of a queryset, and locked if it is to change."""
        if not self.detail:
            return super().get_queryset()
        trades = self.queryset.all()
        return trades.select_for_update() if self.action in ("update", "partial_update", "destroy") else trades

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return once(request, lambda: super(TradeViewSet, self).create(request), lambda: bodies.digest(request))

    def perform_create(self, serializer: Any) -> None:
        super().perform_create(serializer)
        if serializer.is_new:
            count(ADDED)

    def perform_update(self, serializer: Any) -> None:
        super().perform_update(serializer)
        count(CHANGED)

    def perform_destroy(self, instance: Trade) -> None:
        super().perform_destroy(instance)
        count(DELETED)

    @action(detail=False, methods=["post"], parser_classes=PARSERS)
    def bulk(self, request: Request) -> Response:
        """Add a file of trades: CSV, NDJSON or a JSON array."""
        return book_file(request, uploaded(request))

    @action(detail=False)
    def summary(self, request: Request) -> Response:
        """What trades amount to, for each ticker, exactly."""
        selection: Any = self.filter_queryset(self.get_queryset())
        return Response(sum_up(selection))

    @action(detail=False, renderer_classes=[CSVRenderer, NDJSONRenderer])
    def export(self, request: Request) -> StreamingHttpResponse:
        """What fails before the first row is an error like any other; what fails later cuts the answer off."""
        selection: Any = self.filter_queryset(self.get_queryset())
        renderer: Any = request.accepted_renderer
        pieces = renderer.render(selection.oldest_first())
        next(pieces)
        return StreamingHttpResponse(
            pieces,
            content_type=f"{renderer.media_type}; charset={renderer.charset}",
            headers={"Content-Disposition": f'attachment; filename="trades.{renderer.format}"'},
        )

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Put a deleted trade back, with its id and its history."""
        trade = Trade.objects.restore(int(pk), request.user.get_username() if request.user else "")
        count(RESTORED)
        return Response(self.get_serializer(trade).data)

    @action(detail=True)
    def history(self, request: Request, pk: str) -> Response:
        """What a trade was, what became of it, when, and by whom."""
        text = request.query_params.get("cursor")
        before = None if text is None else pagination.unsign(text, "trades.history")
        events, following = events_of(int(pk), before)
        cursor = None if following is None else pagination.sign(following, "trades.history")
        return Response({"next": pagination.link(request, "cursor", cursor), "results": events})
