"""What was seen of the market, over HTTP: /api/market/candles/ and /api/market/prices/.

The ledger knows what its feed sends: what it is told is kept as of FEED_SOURCE, and what it tells is of that alone.
"""

from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from rest import instants
from rest.bodies import JSON, length, refuse_other_charsets
from rest.body_sizes import MAX_CANDLES_BODY
from rest.errors import BodyCutOff
from rest.filters import FilterForm, InTime, TickersFilter, ZoneFilter, given_values
from rest.forms import ZoneField
from rest.intervals import INTERVALS, LIMIT, MAX_LIMIT
from rest.metrics import CANDLES, count
from rest.pagination import link
from rest.parameters import one_of, whole_number
from rest.parsers import ExactJSONParser
from rest.views import SelectionMixin, StrictView

from .candles import candles_of
from .models import Candle
from .prices import prices_of
from .serializers import MarketCandleSerializer, read


class CandlesParser(BaseParser):
    """JSON of up to MAX_CANDLES_BODY bytes. (Of a JSONParser, Django would read the body: 1 MiB at most.)"""

    media_type = JSON

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> Any:
        request: Request = parser_context["request"]
        refuse_other_charsets(request)
        expected = length(request, MAX_CANDLES_BODY)
        body = stream.read(expected)
        if len(body) < expected:
            raise BodyCutOff
        return ExactJSONParser().parse(BytesIO(body), media_type, parser_context)


class CandleFilter(InTime):
    """The parameters of candles that narrow them."""


class PriceFilter(filters.FilterSet):
    """The parameters of last prices."""

    ticker, tz = TickersFilter(), ZoneFilter()

    class Meta:
        form = FilterForm


class MarketCandleViewSet(StrictView, SelectionMixin, GenericViewSet[Candle]):
    """Open, high, low, close, volume and ticks of one ticker in the market, interval by interval."""

    queryset = Candle.objects.all()
    serializer_class = MarketCandleSerializer  # of what is sent
    filterset_class = CandleFilter
    pagination_class = None
    parser_classes = (CandlesParser,)
    streaming = frozenset({"create"})
    known_parameters = {"list": {*CandleFilter.base_filters, "interval", "limit"}}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        selection: Any = self.filter_queryset(self.get_queryset())
        interval = one_of(request, "interval", INTERVALS, "1h")
        zone = ZoneField().clean(request.query_params.get("tz"))
        limit = whole_number(request, "limit", LIMIT, MAX_LIMIT)
        candles = candles_of(selection, settings.FEED_SOURCE, interval, zone, limit)
        return Response(
            {
                "ticker": selection.tickers[0],
                "interval": interval,
                "previous": link(request, "end_date", instants.render(candles.before) if candles.before else None),
                "results": candles.rows,
            }
        )

    def create(self, request: Request) -> Response:
        """Join candles with what is known of their minutes: their order and repetitions do not matter."""
        candles = read(request.data, timezone.now())
        Candle.objects.keep(candles, settings.FEED_SOURCE)
        count(CANDLES, len(candles))
        return Response({"stored": len(candles)})


class MarketPriceViewSet(StrictView, ViewSet):
    """The last price of each ticker, and the last one of the day before."""

    known_parameters = {"list": set(PriceFilter.base_filters)}
    repeatable = frozenset({"ticker"})

    def list(self, request: Request) -> Response:
        parameters = request.query_params.copy()
        parameters["ticker"] = ",".join(parameters.getlist("ticker"))
        given = given_values(PriceFilter, parameters)
        zone = given.get("tz") or ZoneField().clean(None)
        midnight = instants.midnight(instants.date_in(zone, timezone.now()), zone)
        return Response({"results": prices_of(settings.FEED_SOURCE, given.get("ticker", ()), midnight)})
