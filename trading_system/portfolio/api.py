"""What follows from trades, over HTTP: /api/positions/ and /api/candles/."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from rest import instants
from rest.forms import ZoneField
from rest.intervals import INTERVALS, LIMIT, MAX_LIMIT
from rest.pagination import link
from rest.parameters import one_of, whole_number
from rest.views import SelectionMixin, StrictView
from trades.as_of import booked_since
from trades.filters import BookFilter
from trades.models import Trade

from .candles import candles_of
from .in_turn import GROUPS
from .lots import METHODS
from .positions import positions_of, totals_of

ADJUSTED = ("true", "false")  # of candles


class PositionFilter(BookFilter):
    """The parameters of positions."""

    start_date: Any = None  # what is held follows from all trades before


class FromTrades(StrictView, SelectionMixin, GenericViewSet[Trade]):
    """Of the trades that the filters allow."""

    queryset = Trade.objects.all()
    filterset_class = BookFilter
    pagination_class = None


class PositionViewSet(FromTrades):
    """What is held of each ticker, what it cost, and what was earned."""

    filterset_class = PositionFilter
    known_parameters = {"list": {*PositionFilter.base_filters, "method", "group"}}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        selection: Any = self.filter_queryset(self.get_queryset())
        method = one_of(request, "method", tuple(METHODS))
        positions = positions_of(selection, method, one_of(request, "group", GROUPS))
        answer = {"method": method, "results": positions, "totals": totals_of(positions)}
        return Response(answer if positions else answer | booked_since(selection))


class CandleViewSet(FromTrades):
    """Open, high, low, close, volume and average price of one ticker's trades, interval by interval."""

    known_parameters = {"list": {*BookFilter.base_filters, "interval", "limit", "adjusted"}}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        selection: Any = self.filter_queryset(self.get_queryset())
        interval = one_of(request, "interval", INTERVALS, "1h")
        zone = ZoneField().clean(request.query_params.get("tz"))
        limit = whole_number(request, "limit", LIMIT, MAX_LIMIT)
        is_adjusted = one_of(request, "adjusted", ADJUSTED) == "true"
        candles = candles_of(selection, interval, zone, limit, is_adjusted=is_adjusted)
        answer = {
            "ticker": selection.tickers[0],
            "currency": candles.currency,
            "interval": interval,
            "previous": link(request, "end_date", instants.render(candles.before) if candles.before else None),
            "results": candles.rows,
        }
        return Response(answer if candles.rows else answer | booked_since(selection))
