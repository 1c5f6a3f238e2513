"""The portfolio's part of the API's description is what the service does."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from portfolio.api import CandleViewSet, PositionViewSet
from portfolio.corporate_actions import CorporateActionViewSet
from portfolio.lot_list import FIELDS
from portfolio.lots_api import LotViewSet
from portfolio.models import CorporateAction
from rest.bodies import JSON
from rest.openapi.examples import examples_of
from trades.models import Trade
from trades.tests.document import Exchange, exchanges

from .book import ACTIONS, CANDLES, LOTS, POSITIONS

TRADES = examples_of("portfolio")["values"]["trades"]
ADDRESSES = {"list_positions": POSITIONS, "list_lots": LOTS, "list_candles": CANDLES}
METHODS = {"add": "post", "list": "get", "get": "get", "change": "patch", "replace": "put", "delete": "delete"}
SET = {"id", "created_at", "updated_at", "request_id"}  # by the server


@pytest.mark.django_db
def test_examples_are_real(api: APIClient) -> None:
    for trade in TRADES:
        Trade.objects.create(**trade)
    for exchange in exchanges("portfolio"):
        answer = api.generic(method_of(exchange), address_of(exchange), json.dumps(exchange.body), JSON)
        content = answer.getvalue().decode()
        told = json.loads(content) if content and exchange.answer_type == JSON else content or None
        assert (answer.status_code, without_clock(told)) == (exchange.status, without_clock(exchange.answer)), exchange


def method_of(exchange: Exchange) -> str:
    return METHODS[exchange.operation.partition("_")[0]].upper()


def address_of(exchange: Exchange) -> str:
    address = ADDRESSES.get(exchange.operation, ACTIONS)
    if exchange.operation in (
        "get_corporate_action",
        "change_corporate_action",
        "replace_corporate_action",
        "delete_corporate_action",
    ):
        address += f"{CorporateAction.objects.get().pk}/"
    return f"{address}?{urlencode(exchange.query)}"


def without_clock(told: Any) -> Any:
    if isinstance(told, list):
        return [without_clock(one) for one in told]
    return (
        {name: without_clock(one) for name, one in told.items() if name not in SET} if isinstance(told, dict) else told
    )


@pytest.mark.parametrize(
    ("view", "address"),
    [
        (PositionViewSet, POSITIONS),
        (LotViewSet, LOTS),
        (CandleViewSet, CANDLES),
        (CorporateActionViewSet, ACTIONS),
    ],
)
def test_every_parameter_is_in_it(client: APIClient, view: Any, address: str) -> None:
    listing = client.get("/api/schema/").json()["paths"][address]["get"]
    assert {parameter["name"] for parameter in listing["parameters"]} == view.known_parameters["list"]


def test_the_document_has_them(client: APIClient) -> None:
    document = client.get("/api/schema/").json()
    assert {"Positions", "Position", "Lots", "Lot", "Candles", "Candle"} <= document["components"]["schemas"].keys()
    assert {POSITIONS, LOTS, CANDLES} <= document["paths"].keys()


def test_a_lot_has_the_fields_of_its_state(client: APIClient) -> None:
    shapes = client.get("/api/schema/").json()["components"]["schemas"]["Lot"]["oneOf"]
    assert [tuple(shape["required"]) for shape in shapes] == [
        ("ticker", "currency", *fields) for fields in FIELDS.values()
    ]
