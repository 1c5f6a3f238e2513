"""The portfolio's part of the API's description."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view

from rest.openapi.answers import ASK, Answers
from rest.openapi.inputs import choice, filter_parameters, parameter
from rest.openapi.shapes import GIVEN_TICKER
from trades.filters import TradeFilter
from trades.openapi.inputs import OWN_SCHEMAS

from ..api import CANDLE_FILTERS, POSITION_FILTERS, CandleViewSet, PositionViewSet
from ..candles import INTERVALS, LIMIT, MAX_LIMIT
from ..positions import METHODS
from .examples import CANDLE_EXCHANGES, POSITION_EXCHANGES

of_positions, of_candles = Answers(POSITION_EXCHANGES), Answers(CANDLE_EXCHANGES)
LIMITS = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT}
FIRST = ("1h", *(interval for interval in INTERVALS if interval != "1h"))

POSITIONS: dict[str, Any] = {
    "operationId": "list_positions",
    "summary": "List positions",
    "description": "What is held of each ticker, what it cost, and what was earned, exactly.",
    "tags": ["portfolio"],
    "parameters": [
        choice("method", METHODS, "How what was sold is told from what is held: first in, first out, or average cost."),
        *filter_parameters(TradeFilter, OWN_SCHEMAS, POSITION_FILTERS),
    ],
    "responses": of_positions.done("list", 200, "A position for each ticker, by their names.", "Positions")
    | of_positions.refused("list", ASK),
}
CANDLES: dict[str, Any] = {
    "operationId": "list_candles",
    "summary": "List candles",
    "description": "The newest candles of a ticker's trades, oldest first. Days begin at midnight in tz.",
    "tags": ["portfolio"],
    "parameters": [
        parameter("ticker", GIVEN_TICKER, "One ticker.", required=True),
        choice("interval", FIRST, "How long a candle is."),
        *filter_parameters(TradeFilter, OWN_SCHEMAS, CANDLE_FILTERS[1:]),
        parameter("limit", LIMITS, "How many candles at most."),
    ],
    "responses": of_candles.done("list", 200, "Candles.", "Candles") | of_candles.refused("list", ASK),
}


def described_positions(view: type[PositionViewSet]) -> type[PositionViewSet]:
    made: type[PositionViewSet] = extend_schema_view(list=extend_schema(operation=POSITIONS))(view)
    return made


def described_candles(view: type[CandleViewSet]) -> type[CandleViewSet]:
    made: type[CandleViewSet] = extend_schema_view(list=extend_schema(operation=CANDLES))(view)
    return made
