"""The instruments' part of the API's description is what the service does."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from reference.instruments import InstrumentViewSet
from rest.bodies import JSON
from trades.tests.document import Exchange, exchanges

from .tickers import INSTRUMENTS, address_of

METHODS = {"add": "POST", "list": "GET", "get": "GET", "change": "PATCH", "replace": "PUT", "delete": "DELETE"}
SET = {"id", "created_at", "updated_at", "request_id"}  # by the server
EXCHANGES = [one for one in exchanges("reference") if "instrument" in one.operation]


@pytest.mark.django_db
def test_examples_are_real(api: APIClient) -> None:
    for exchange in EXCHANGES:
        method = METHODS[exchange.operation.partition("_")[0]]
        answer = api.generic(method, address(exchange), json.dumps(exchange.body), JSON)
        told = answer.json() if answer.content else None
        assert (answer.status_code, without_clock(told)) == (exchange.status, without_clock(exchange.answer)), exchange


def address(exchange: Exchange) -> str:
    return INSTRUMENTS + "?" + urlencode(exchange.query) if exchange.id == 1 else address_of(exchange.id)


def without_clock(told: Any) -> Any:
    if isinstance(told, list):
        return [without_clock(one) for one in told]
    return {name: without_clock(told[name]) for name in told.keys() - SET} if isinstance(told, dict) else told


def test_every_parameter_is_in_it(client: APIClient) -> None:
    paths = client.get("/api/schema/").json()["paths"]
    listing, one = paths[INSTRUMENTS]["get"], paths[f"{INSTRUMENTS}{{ticker}}/"]["get"]
    assert {parameter["name"] for parameter in listing["parameters"]} == InstrumentViewSet.known_parameters["list"]
    [named] = [parameter for parameter in one["parameters"] if parameter["in"] == "path"]
    assert (named["name"], named["description"], named["example"]) == ("ticker", "The instrument's ticker.", "VOD")
    assert "404" in one["responses"]
    assert "404" not in listing["responses"]


def test_the_document_has_them(client: APIClient) -> None:
    schemas = client.get("/api/schema/").json()["components"]["schemas"]
    assert {"Instrument", "NewInstrument", "InstrumentChange", "InstrumentPage", "Option"} <= schemas.keys()
    assert schemas["NewInstrument"]["required"] == ["ticker"]
    assert "option" not in schemas["NewInstrument"]["properties"]
