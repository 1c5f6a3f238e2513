"""The market's part of the API's description is what the service does."""

import json
import os
from typing import Any

import pytest
from rest_framework.test import APIClient

from market.api import MarketCandleViewSet, MarketPriceViewSet
from trades.tests.document import exchanges

from .seen import CANDLE, CANDLES, PRICES

CASES = int(os.environ.get("FUZZ_CASES", "8"))
ADDRESSES = {"candle": CANDLES, "price": PRICES}


@pytest.mark.django_db
def test_examples_are_real(api: APIClient) -> None:
    for exchange in exchanges("market"):
        verb, _, noun = exchange.operation.removesuffix("s").split("_")
        send = api.post if verb == "add" else api.get
        answer = send(ADDRESSES[noun], exchange.body or exchange.query)
        assert (answer.status_code, answer.json()) == (exchange.status, exchange.answer), exchange


@pytest.mark.parametrize(("view", "address"), [(MarketCandleViewSet, CANDLES), (MarketPriceViewSet, PRICES)])
def test_every_parameter_is_in_it(client: APIClient, view: Any, address: str) -> None:
    listing = client.get("/api/schema/").json()["paths"][address]["get"]
    assert {parameter["name"] for parameter in listing["parameters"]} == view.known_parameters["list"]


@pytest.mark.timeout(30 + CASES)
@pytest.mark.django_db
def test_no_answer_surprises(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from trades.tests.conformance import documented_service, hold

    api.post(CANDLES, json.loads(json.dumps([CANDLE])))
    service = documented_service(monkeypatch)
    alone = service.include(path_regex="^/api/market/")
    alone.app = service.app
    hold(alone, {"id": 1, "ticker": "AAPL", "etag": ""}, 1, CASES, {})
