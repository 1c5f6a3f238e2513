"""The alerts' part of the API's description is what the service does."""

import json
import re

import pytest
from rest_framework.test import APIClient

from alerts.api import PARAMETERS
from trades.tests.described import exchanges

from .conftest import URL


@pytest.mark.django_db
def test_examples_are_real(api: APIClient) -> None:
    for exchange in exchanges("alerts"):
        address = f"{URL}{exchange.id}/" if exchange.operation == "get_alert" else URL
        answer = api.post(URL, exchange.body) if exchange.operation == "add_alert" else api.get(address, exchange.query)
        assert answer.status_code == exchange.status, exchange
        shown, told = json.dumps(json.loads(answer.content)), json.dumps(exchange.answer)
        assert without_clock(shown) == without_clock(told)
        assert ("request_id" in shown) == (exchange.status >= 400)


def without_clock(text: str) -> str:
    return re.split('(?:, "(?:created_at|request_id)".*)?}$', text)[0]


def test_every_parameter_is_described(client: APIClient) -> None:
    listing = client.get("/api/schema/").json()["paths"][URL]["get"]
    assert {parameter["name"] for parameter in listing["parameters"]} == PARAMETERS["list"]


def test_the_document_has_them(client: APIClient) -> None:
    document = client.get("/api/schema/").json()
    assert {"Alert", "NewAlert", "AlertPage"} <= document["components"]["schemas"].keys()
    assert {"/api/alerts/", "/api/alerts/{id}/"} <= document["paths"].keys()
