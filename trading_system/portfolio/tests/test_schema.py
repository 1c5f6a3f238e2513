"""The portfolio's part of the API's description is what the service does."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from portfolio.api import CandleViewSet, PositionViewSet
from rest.openapi.examples import examples_of
from trades.models import Trade
from trades.tests.document import Exchange, exchanges

from .book import CANDLES, POSITIONS

TRADES = examples_of("portfolio")["values"]["trades"]
ADDRESSES = {"list_positions": POSITIONS, "list_candles": CANDLES}


@pytest.mark.django_db
@pytest.mark.parametrize("exchange", exchanges("portfolio"), ids=lambda exchange: exchange.name)
def test_examples_are_real(api: APIClient, exchange: Exchange) -> None:
    for trade in TRADES:
        Trade.objects.create(**trade)
    answer = api.get(ADDRESSES[exchange.operation], exchange.query)
    told = {name: value for name, value in answer.json().items() if name != "request_id"}
    assert (answer.status_code, told) == (exchange.status, exchange.answer)


@pytest.mark.parametrize(("view", "address"), [(PositionViewSet, POSITIONS), (CandleViewSet, CANDLES)])
def test_every_parameter_is_in_it(client: APIClient, view: Any, address: str) -> None:
    listing = client.get("/api/schema/").json()["paths"][address]["get"]
    assert {parameter["name"] for parameter in listing["parameters"]} == view.known_parameters["list"]


def test_the_document_has_them(client: APIClient) -> None:
    document = client.get("/api/schema/").json()
    assert {"Positions", "Position", "Candles", "Candle"} <= document["components"]["schemas"].keys()
    assert {"/api/positions/", "/api/candles/"} <= document["paths"].keys()
