"""The webhooks' part of the API's description is what the service does."""

import json
import re
from typing import Any

import pytest
from rest_framework.test import APIClient

from trades.tests.document import exchanges

from .test_api import URL

METHODS = {"add_webhook": ("post", ""), "list_webhooks": ("get", ""), "change_webhook": ("patch", "1/"),
           "ping_webhook": ("post", "1/ping/"), "list_webhook_deliveries": ("get", "1/deliveries/")}  # fmt: skip
MADE = '"(created_at|updated_at|next_attempt_at|timestamp|secret|message|request_id)": "[^"]*"'


@pytest.mark.django_db
def test_examples_are_real(api: APIClient) -> None:
    id_ = ""
    for exchange in exchanges("webhooks"):
        method, below = METHODS[exchange.operation]
        answer = getattr(api, method)(f"{URL}{below.replace('1/', id_, 1)}", exchange.query or exchange.body)
        assert answer.status_code == exchange.status, exchange
        named = {"request_id": ""} if exchange.status >= 400 else {}
        assert comparable(json.loads(answer.content)) == comparable(exchange.answer | named)
        id_ = id_ or f"{answer.json()['id']}/"


def comparable(told: Any) -> Any:
    """Without what the clock and the database make."""
    return json.loads(re.sub(r'"id": \d+', '"id": 1', re.sub(MADE, r'"\1": ""', json.dumps(told))))
