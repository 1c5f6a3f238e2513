"""The document's part about accounts is what the service does."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from rest_framework.test import APIClient

from rest.bodies import JSON
from trades.tests.document import document, exchanges

from .accounts_api import ACCOUNTS, person

METHODS = {"add": "POST", "list": "GET", "get": "GET", "change": "PATCH", "replace": "PUT", "delete": "DELETE"}
SET = {"created_at", "updated_at"}  # by the server


def without_clock(told: Any) -> Any:
    if isinstance(told, list):
        return [without_clock(one) for one in told]
    if not isinstance(told, dict):
        return told
    return {name: without_clock(one) for name, one in told.items() if name not in SET}


@pytest.mark.django_db
def test_examples_are_real(production: None) -> None:
    api = person("robin", "trader").api
    User.objects.create_user("kim")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reference_account ALTER id RESTART WITH 2")
    for exchange in exchanges("reference"):
        if not exchange.operation.endswith(("_account", "_accounts")):
            continue
        action = exchange.operation.partition("_")[0]
        address = ACCOUNTS if action in ("add", "list") else f"{ACCOUNTS}{exchange.id}/"
        answer = api.generic(METHODS[action], address, json.dumps(exchange.body), JSON)
        assert (answer.status_code, without_clock(answer.json())) == (exchange.status, without_clock(exchange.answer))


def test_the_document_has_them(api: APIClient) -> None:
    told = document()
    assert {"/api/accounts/", "/api/accounts/{id}/"} <= told["paths"].keys()
    schemas = told["components"]["schemas"]
    assert {"Account", "NewAccount", "AccountChange", "Accounts", "Member", "NewMember"} <= schemas.keys()
    assert schemas["NewAccount"]["required"] == ["name", "currency"]
    assert "409" in told["paths"]["/api/accounts/{id}/"]["delete"]["responses"]
    assert "409" not in told["paths"]["/api/trades/{id}/"]["delete"]["responses"]
