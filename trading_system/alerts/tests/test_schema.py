"""The alerts' part of the API's description is what the service does."""

import json
import re
from typing import Any

import pytest
from rest_framework.test import APIClient

from alerts.api import PARAMETERS
from trades.tests.document import exchanges

from .sent import URL


@pytest.mark.django_db
def test_examples_are_real(api: APIClient) -> None:
    for exchange in exchanges("alerts"):
        address = f"{URL}{exchange.id}/" if exchange.operation == "get_alert" else URL
        answer = api.post(URL, exchange.body) if exchange.operation == "add_alert" else api.get(address, exchange.query)
        assert answer.status_code == exchange.status, exchange
        named = {"request_id": ""} if exchange.status >= 400 else {}  # every error names its request
        assert without_clock(json.loads(answer.content)) == without_clock(exchange.answer | named)


def without_clock(told: Any) -> str:
    return re.sub('"(created_at|request_id)": "[^"]*"', r'"\1"', json.dumps(told))


def test_every_parameter_is_in_it(client: APIClient) -> None:
    listing = client.get("/api/schema/").json()["paths"][URL]["get"]
    assert {parameter["name"] for parameter in listing["parameters"]} == PARAMETERS["list"]


def test_the_document_has_them(client: APIClient) -> None:
    document = client.get("/api/schema/").json()
    assert {"Alert", "NewAlert", "AlertPage"} <= document["components"]["schemas"].keys()
    assert {"/api/alerts/", "/api/alerts/{id}/"} <= document["paths"].keys()
