"""What the document says of positions and candles. Their answers are declared for it alone: no serializer runs."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework.serializers import ChoiceField, Serializer

from reference.fields import AccountField, CurrencyField
from rest.intervals import INTERVALS, LIMIT, MAX_LIMIT
from rest.openapi.extensions import GIVEN_TICKER, choice_parameter, parameter
from rest.serializers import InstantField, TickerField
from trades.openapi.operations import Count, Link, Price, PricePoint, Sum, Total

from ..api import ADJUSTED
from ..in_turn import GROUPS
from ..lots import METHODS
from ..serializers import CorporateActionSerializer


class OtherFee(Serializer[Any]):
    currency, amount = CurrencyField(), Sum()


class PositionTotal(Serializer[Any]):
    currency = CurrencyField()
    cost_basis, realised_profit, realised_profit_after_fees, fees = Sum(), Sum(), Sum(), Sum()


class Position(Serializer[Any]):
    account = AccountField(help_text="Only with group=account.")
    ticker, currency = TickerField(), CurrencyField(help_text="The major unit: GBP for prices in GBX.")
    quoted_in = CurrencyField(help_text="What prices of the ticker are in: the currency, or its minor unit (GBX).")
    multiplier = Total(help_text="Units in one: its instrument's; else 100 for the symbol of a listed option, or 1.")
    quantity = Sum(help_text="Negative for a short position.")
    average_cost = Sum(allow_null=True, help_text="cost_basis / quantity / multiplier, to 28 digits.")
    cost_basis = Sum(help_text="What the held units cost; negative for a short position.")
    realised_profit = Sum(help_text="Value sold - value bought + cost_basis. Fees are not subtracted.")
    realised_profit_after_fees = Sum(help_text="Less the fees of what was realised: all but the share of held units.")
    fees = Sum(help_text="The sum of fees in this currency; negative if rebates exceed fees.")
    other_fees = OtherFee(many=True, help_text="Those in others. A fee in what is traded has lowered the quantity too.")
    last = PricePoint()
    sometimes = ("account",)


@extend_schema_serializer(many=False)
class Positions(Serializer[Any]):
    method, results = ChoiceField(tuple(METHODS)), Position(many=True)
    totals = PositionTotal(many=True, help_text="Of the results, for each currency.")


class Candle(Serializer[Any]):
    timestamp = InstantField(help_text="When the interval begins.")
    open, high, low, close = Price(), Price(), Price(), Price()
    volume = Total(help_text="The sum of quantities.")
    vwap = Sum(help_text="The volume-weighted average price, to 28 digits.")
    count = Count()


@extend_schema_serializer(many=False)
class Candles(Serializer[Any]):
    ticker, interval = TickerField(), ChoiceField(INTERVALS)
    currency = CurrencyField(allow_null=True, help_text="Of the newest trade: trades in others are left out.")
    previous, results = Link(help_text="The address of the candles before these."), Candle(many=True)


ABOUT_METHODS = "Which units are sold first: the oldest, the newest, the most expensive; or all at average cost."


@extend_schema_serializer(many=False)
class CorporateActions(Serializer[Any]):
    results = CorporateActionSerializer(many=True)


LIMITS = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT}
document_positions = extend_schema(
    description="For each ticker and currency, what is held, what it cost and what was earned, exactly.",
    tags=["portfolio"],
    filters=True,
    parameters=[
        choice_parameter("method", tuple(METHODS), ABOUT_METHODS),
        choice_parameter("group", GROUPS, "Whether each account has positions of its own."),
    ],
    responses={200: OpenApiResponse(Positions, "Positions, sorted by ticker and currency.")},
)
document_corporate_actions = extend_schema_view(
    list=extend_schema(
        description="All of them, in the order of their instants.",
        filters=True,
        responses={200: OpenApiResponse(CorporateActions, "Corporate actions.")},
    ),
    create=extend_schema(description="Trades stay as they were booked; positions and candles see through the action."),
    update=extend_schema(description="All answers follow."),
    destroy=extend_schema(description="All answers follow."),
)
document_candles = extend_schema(
    description="The newest candles of a ticker's trades, oldest first. Days begin at midnight in tz.",
    tags=["portfolio"],
    filters=True,
    parameters=[
        parameter("ticker", GIVEN_TICKER, "One ticker.", required=True),
        choice_parameter("interval", INTERVALS, "The length of a candle.", "1h"),
        parameter("limit", LIMITS, "How many candles at most."),
        choice_parameter("adjusted", ADJUSTED, "Whether splits and renames have changed the trades before them."),
    ],
    responses={200: OpenApiResponse(Candles, "Candles.")},
)
