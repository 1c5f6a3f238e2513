"""What follows from trades, over HTTP: /api/positions/ and /api/candles/."""

import re
from datetime import UTC

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from rest.filters import read
from rest.views import StrictView
from trades.filters import TradeFilter, selection
from trades.selection import Selection

from .candles import INTERVALS, LIMIT, MAX_LIMIT, candles, one_ticker
from .positions import METHODS, positions

POSITION_FILTERS = ("ticker", "end_date", "tz", "as_of")
CANDLE_FILTERS = ("ticker", "start_date", "end_date", "tz", "as_of")


class PositionViewSet(StrictView, ViewSet):
    """What is held of each ticker, what it cost, and what was earned."""

    known_parameters = {"list": {*POSITION_FILTERS, "method"}}

    def list(self, request: Request) -> Response:
        return Response(positions(selection(request.query_params), one_of(request, "method", METHODS)))


class CandleViewSet(StrictView, ViewSet):
    """Open, high, low, close, volume and average price of one ticker's trades, interval by interval."""

    known_parameters = {"list": {*CANDLE_FILTERS, "interval", "limit"}}

    def list(self, request: Request) -> Response:
        conditions, given = read(TradeFilter, request.query_params)
        chosen = Selection(conditions, given.get("ticker", ()), given.get("as_of"))
        one_ticker(chosen)
        interval, limit = one_of(request, "interval", INTERVALS, "1h"), limit_of(request)
        return Response(candles(chosen, interval, given.get("tz", UTC), limit, request))


def one_of(request: Request, name: str, values: tuple[str, ...], default: str | None = None) -> str:
    text = request.query_params.get(name, default or values[0])
    if text not in values:
        raise ValidationError({name: [f"Must be {', '.join(values[:-1])} or {values[-1]}."]})
    return text


def limit_of(request: Request) -> int:
    text = request.query_params.get("limit", str(LIMIT))
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 0 < int(text) <= MAX_LIMIT:
        raise ValidationError({"limit": [f"Must be a whole number from 1 to {MAX_LIMIT}."]})
    return int(text)
