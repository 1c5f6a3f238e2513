"""The alerts' part of the API's description is what the service does."""

import json
import re
from typing import Any

import pytest
from rest_framework.test import APIClient

from alerts.api import PARAMETERS
from trades.tests.document import exchanges

from .rules import RULES
from .sent import URL
from .test_previews import PREVIEWS

METHODS = {"add": "post", "list": "get", "get": "get", "change": "patch", "acknowledge": "post", "reopen": "delete",
           "withdraw": "post"}  # fmt: skip
BELOW = {"acknowledge": "acknowledge/", "reopen": "acknowledge/", "withdraw": "withdraw/"}
LISTS = {"alert": URL, "alert_rule": RULES, "alert_preview": PREVIEWS}


@pytest.mark.django_db
def test_examples_are_real(api: APIClient) -> None:
    there: dict[str, Any] = {}
    for exchange in exchanges("alerts"):
        verb, _, noun = exchange.operation.removesuffix("s").partition("_")
        address = LISTS[noun]
        if verb not in ("add", "list"):
            address += f"{exchange.id if noun == 'alert' else there[noun]}/"
        address += BELOW.get(verb, "")
        answer = getattr(api, METHODS[verb])(address, exchange.query or exchange.body)
        assert answer.status_code == exchange.status, exchange
        named = {"request_id": ""} if exchange.status >= 400 else {}  # every error names its request
        assert comparable(json.loads(answer.content)) == comparable(exchange.answer | named)
        if answer.status_code == 201:
            there[noun] = answer.json()["id"]


def comparable(told: Any) -> Any:
    """Without what the clock and the database make, in no order of members."""
    made = '"(created_at|updated_at|acknowledged_at|withdrawn_at|request_id)": "[^"]*"'
    return json.loads(re.sub(r'"id": \d+', '"id": 1', re.sub(made, r'"\1": ""', json.dumps(told))))


def test_every_parameter_is_in_it(client: APIClient) -> None:
    listing = client.get("/api/schema/").json()["paths"][URL]["get"]
    assert {parameter["name"] for parameter in listing["parameters"]} == PARAMETERS["list"]


def test_the_document_has_them(client: APIClient) -> None:
    document = client.get("/api/schema/").json()
    assert {"Alert", "NewAlert", "AlertPage"} <= document["components"]["schemas"].keys()
    assert {"/api/alerts/", "/api/alerts/{id}/"} <= document["paths"].keys()


def test_each_kind_has_its_own_fields(client: APIClient) -> None:
    document = client.get("/api/schema/").json()
    kinds = {one["title"]: one for one in document["components"]["schemas"]["NewAlert"]["oneOf"]}
    assert kinds.keys() == {"Rise", "Fall", "Above", "Below", "Volume"}
    assert {"level", "previous_price", "previous_timestamp"} <= set(kinds["Above"]["required"])
    assert not {"low", "windows", "rise_percent"} & kinds["Below"]["properties"].keys()
    assert "rule" not in kinds["Rise"]["required"]
