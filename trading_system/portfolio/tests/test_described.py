"""The portfolio's part of the API's description is what the service does."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from portfolio.api import CandleViewSet, PositionViewSet
from portfolio.openapi.examples import CANDLE_EXCHANGES, POSITION_EXCHANGES, TRADES
from portfolio.openapi.operations import CANDLES as DESCRIBED_CANDLES
from portfolio.openapi.operations import POSITIONS as DESCRIBED_POSITIONS
from rest.openapi.examples import Exchange
from trades.models import Trade

from .book import CANDLES, POSITIONS

OF = [(POSITIONS, one) for one in POSITION_EXCHANGES] + [(CANDLES, one) for one in CANDLE_EXCHANGES]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "exchange"), OF, ids=lambda value: getattr(value, "name", None))
def test_examples_are_real(api: APIClient, address: str, exchange: Exchange) -> None:
    for ticker, price, quantity, side, timestamp, fee in TRADES:
        Trade.objects.create(ticker=ticker, price=price, quantity=quantity, side=side, timestamp=timestamp, fee=fee)
    answer = api.get(address, exchange.query)
    expected = {name: value for name, value in exchange.answer.items() if name != "request_id"}
    assert (answer.status_code, answer.json()) == (exchange.status, expected)


@pytest.mark.parametrize(
    ("view", "described"),
    [(PositionViewSet, DESCRIBED_POSITIONS), (CandleViewSet, DESCRIBED_CANDLES)],
    ids=["positions", "candles"],
)
def test_every_parameter_is_described(view: Any, described: dict[str, Any]) -> None:
    assert {parameter["name"] for parameter in described["parameters"]} == view.known_parameters["list"]


def test_the_document_has_them(client: APIClient) -> None:
    document = client.get("/api/schema/").json()
    assert {"Positions", "Position", "Candles", "Candle"} <= document["components"]["schemas"].keys()
    assert {"/api/positions/", "/api/candles/"} <= document["paths"].keys()
