"""What the document says of the market. Their answers are declared for it alone: no serializer runs."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework.serializers import BooleanField, ChoiceField, IntegerField, ListSerializer, Serializer, URLField

from rest.forms import TickersField, ZoneField
from rest.intervals import INTERVALS, LIMIT, MAX_LIMIT
from rest.openapi.extensions import GIVEN_TICKER, SHARED, choice_parameter, parameter
from rest.serializers import ExactField, InstantField, TickerField, amount_field

from ..serializers import MAX_CANDLES, MarketCandleSerializer


def total_field(**options: Any) -> ExactField:
    """A sum of quantities, of any size."""
    return ExactField(max_digits=None, decimal_places=None, min_value=0, **options)


class MarketInterval(Serializer[Any]):
    timestamp = InstantField(help_text="When the interval begins.")
    open, high, low, close = amount_field(), amount_field(), amount_field(), amount_field()
    volume = total_field(allow_null=True, help_text="The sum of those that are known; null if none is.")
    ticks = IntegerField(min_value=1)
    gap = BooleanField(help_text="Whether ticks were lost.")


@extend_schema_serializer(many=False)
class MarketCandles(Serializer[Any]):
    ticker, interval = TickerField(), ChoiceField(INTERVALS)
    previous = URLField(allow_null=True, help_text="The address of the candles before these.")
    results = MarketInterval(many=True)


class MarketPrice(Serializer[Any]):
    ticker, price = TickerField(), amount_field()
    timestamp = InstantField(help_text="When it was the price.")
    previous_close = amount_field(
        allow_null=True, help_text="The last price before today, in tz; null if none is known."
    )
    previous_timestamp = InstantField(allow_null=True, help_text="When that was.")


@extend_schema_serializer(many=False)
class MarketPrices(Serializer[Any]):
    results = MarketPrice(many=True)


class Stored(Serializer[Any]):
    stored = IntegerField(min_value=1)


TAGS = ["market"]
LIMITS = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT}
document_market_candles = extend_schema_view(
    list=extend_schema(
        description="The newest candles of a ticker, oldest first. Days begin at midnight in tz.",
        tags=TAGS,
        filters=True,
        parameters=[
            parameter("ticker", GIVEN_TICKER, "One ticker.", required=True),
            choice_parameter("interval", INTERVALS, "The length of a candle.", "1h"),
            parameter("limit", LIMITS, "How many candles at most."),
        ],
        responses={200: OpenApiResponse(MarketCandles, "Candles.")},
    ),
    create=extend_schema(
        description=f"1 to {MAX_CANDLES} candles of a minute. They are joined with what is known of their minutes.",
        tags=TAGS,
        request=ListSerializer(child=MarketCandleSerializer(), min_length=1, max_length=MAX_CANDLES),
        responses={200: OpenApiResponse(Stored, "They are stored.")},
    ),
)
document_market_prices = extend_schema_view(
    list=extend_schema(
        description="The last price of each ticker. Several tickers are separated by commas, or each is a parameter.",
        tags=TAGS,
        parameters=[
            parameter("ticker", SHARED[TickersField], "Tickers; all without it."),
            parameter("tz", SHARED[ZoneField], "Where it is today."),
        ],
        responses={200: OpenApiResponse(MarketPrices, "Last prices, by ticker.")},
    ),
)
