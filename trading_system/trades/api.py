"""The ledger over HTTP: /api/trades/."""

from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from reference.managers import ids, seen_by
from reference.models import Account
from rest import pagination
from rest.downloads import DownloadMixin
from rest.etags import ETagMixin
from rest.metrics import ADDED, CHANGED, DELETED, RESTORED, count
from rest.views import CreateOnceMixin, SelectionMixin, StrictView

from .as_of import booked_since
from .changes_api import PARAMETERS as CHANGES
from .changes_api import RENDERERS, follow
from .filters import ChangeFilter, TradeFilter
from .history import events_of
from .models import Trade
from .parsers import ANY_FILE, uploaded
from .renderers import CSVRenderer, NDJSONRenderer, XLSXRenderer
from .serializers import TradeSerializer
from .summary import sum_up
from .uploads import PARAMETERS as UPLOADS
from .uploads import book_file

FILTERS = set(TradeFilter.base_filters)
PARAMETERS = {
    "list": FILTERS | pagination.PARAMETERS,
    "summary": FILTERS,
    "export": FILTERS,
    "history": {"cursor"},
    "bulk": UPLOADS,
    "changes": CHANGES | set(ChangeFilter.base_filters),
}


class TradeViewSet(StrictView, DownloadMixin, ETagMixin, CreateOnceMixin, SelectionMixin, ModelViewSet[Trade]):
    """Trades, newest first. Filter by ticker and by start_date and end_date, both included."""

    queryset = Trade.objects.all()
    serializer_class = TradeSerializer
    filterset_class = TradeFilter
    known_parameters = PARAMETERS
    streaming = frozenset({"bulk"})
    lookup_value_regex = "[1-9][0-9]{0,18}"  # an id; anything else is a 404

    def get_queryset(self) -> Any:
        """A selection for actions on many trades; a queryset for one."""
        if not self.detail:
            return super().get_queryset()
        trades = self.queryset.filter(account__in=ids(seen_by(self.request.user))).select_related("account")
        return self.locked(trades, of=["self"])

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().list(request, *args, **kwargs)
        if "as_of" in request.query_params and bytes(response.data["results"]) == b"[]":
            selection: Any = self.filter_queryset(self.get_queryset())
            response.data |= booked_since(selection)
        return response

    def perform_create(self, serializer: Any) -> None:
        super().perform_create(serializer)
        if serializer.is_new:
            count(ADDED)

    def perform_update(self, serializer: Any) -> None:
        Account.objects.require_open(serializer.instance.account, self.request.user)
        super().perform_update(serializer)
        count(CHANGED)

    def perform_destroy(self, instance: Trade) -> None:
        Account.objects.require_open(instance.account, self.request.user)
        super().perform_destroy(instance)
        count(DELETED)

    @action(detail=False, methods=["post"], parser_classes=ANY_FILE)
    def bulk(self, request: Request) -> Response:
        """Add a file of trades: CSV, NDJSON or a JSON array."""
        return book_file(request, uploaded(request))

    @action(detail=False)
    def summary(self, request: Request) -> Response:
        """Exact totals of trades, for each ticker."""
        selection: Any = self.filter_queryset(self.get_queryset())
        totals = sum_up(selection)
        return Response(totals if totals["results"] else totals | booked_since(selection))

    @action(detail=False, renderer_classes=[CSVRenderer, NDJSONRenderer, XLSXRenderer])
    def export(self, request: Request) -> StreamingHttpResponse:
        """A file of trades, oldest first."""
        selection: Any = self.filter_queryset(self.get_queryset())
        return self.download("trades", selection.oldest_first())

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Put a deleted trade back, with its id and its history."""
        trade = Trade.objects.restore(int(pk), request.user)
        count(RESTORED)
        return Response(self.get_serializer(trade).data)

    @action(detail=True)
    def history(self, request: Request, pk: str) -> Response:
        """Every change of a trade: before, after, when, and by whom."""
        text = request.query_params.get("cursor")
        before = None if text is None else pagination.unsign(text, "trades.history")
        events, following = events_of(int(pk), before, request.user)
        cursor = None if following is None else pagination.signer("trades.history").sign_object(following)
        return Response({"next": pagination.link(request, "cursor", cursor), "results": events})

    @action(detail=False, filterset_class=ChangeFilter, renderer_classes=RENDERERS)
    def changes(self, request: Request) -> Response | StreamingHttpResponse:
        """What has changed in the ledger, in an order in which nothing is ever missed."""
        selection: Any = self.filter_queryset(self.get_queryset())
        return follow(request, selection.scope)
