"""The alerts' part of the API's description is what the service does."""

import json
import re

import pytest
from rest_framework.test import APIClient

from alerts.api import PARAMETERS
from alerts.openapi.examples import EXCHANGES
from alerts.openapi.operations import ACTIONS

from .falls import URL


@pytest.mark.django_db
def test_examples_are_real(api: APIClient) -> None:
    for exchange in EXCHANGES:
        address = f"{URL}{exchange.id}/" if exchange.action == "retrieve" else URL
        answer = api.post(URL, exchange.body) if exchange.action == "create" else api.get(address, exchange.query)
        assert answer.status_code == exchange.status, exchange
        shown, told = json.dumps(json.loads(answer.content)), json.dumps(exchange.answer)
        assert without_clock(shown) == without_clock(told)


def without_clock(text: str) -> str:
    return re.sub('"(created_at|request_id)": "[^"]*"', r'"\1"', text)


def test_every_parameter_is_described() -> None:
    described = {parameter["name"] for parameter in ACTIONS["list"]["parameters"]}
    assert described == PARAMETERS["list"]


def test_the_document_has_them(client: APIClient) -> None:
    document = client.get("/api/schema/").json()
    assert {"Alert", "NewAlert", "AlertPage"} <= document["components"]["schemas"].keys()
    assert {"/api/alerts/", "/api/alerts/{id}/"} <= document["paths"].keys()
