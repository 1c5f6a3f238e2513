"""What the document says of positions and candles. Their answers are declared for it alone: no serializer runs."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework.serializers import ChoiceField, Serializer

from rest.openapi.extensions import GIVEN_TICKER, choice_parameter, parameter
from rest.serializers import InstantField, TickerField
from trades.openapi.operations import Count, Link, Price, PricePoint, Sum, Total

from ..candles import INTERVALS, LIMIT, MAX_LIMIT
from ..positions import METHODS


class Position(Serializer[Any]):
    ticker = TickerField()
    quantity = Sum(help_text="Negative for a short position.")
    average_cost = Total(allow_null=True, help_text="cost_basis / quantity, to 28 digits.")
    cost_basis = Sum(help_text="What the held units cost; negative for a short position.")
    realised_profit = Sum(help_text="Value sold - value bought + cost_basis. Fees are not subtracted.")
    fees = Sum(help_text="The sum of fees; negative if rebates exceed fees.")
    last = PricePoint()


@extend_schema_serializer(many=False)
class Positions(Serializer[Any]):
    method, results = ChoiceField(METHODS), Position(many=True)


class Candle(Serializer[Any]):
    timestamp = InstantField(help_text="When the interval begins.")
    open, high, low, close = Price(), Price(), Price(), Price()
    volume = Total(help_text="The sum of quantities.")
    vwap = Total(help_text="The volume-weighted average price, to 28 digits.")
    count = Count()


@extend_schema_serializer(many=False)
class Candles(Serializer[Any]):
    ticker, interval = TickerField(), ChoiceField(INTERVALS)
    previous, results = Link(help_text="The address of the candles before these."), Candle(many=True)


LIMITS = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT}
document_positions = extend_schema(
    description="For each ticker, what is held, what it cost and what was earned, exactly.",
    tags=["portfolio"],
    filters=True,
    parameters=[choice_parameter("method", METHODS, "How the cost is computed: first in, first out, or average cost.")],
    responses={200: OpenApiResponse(Positions, "Positions, sorted by ticker.")},
)
document_candles = extend_schema(
    description="The newest candles of a ticker's trades, oldest first. Days begin at midnight in tz.",
    tags=["portfolio"],
    filters=True,
    parameters=[
        parameter("ticker", GIVEN_TICKER, "One ticker.", required=True),
        choice_parameter("interval", INTERVALS, "The length of a candle.", "1h"),
        parameter("limit", LIMITS, "How many candles at most."),
    ],
    responses={200: OpenApiResponse(Candles, "Candles.")},
)
