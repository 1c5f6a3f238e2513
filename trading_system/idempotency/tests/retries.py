"""Requests with an Idempotency-Key, and what shows that an answer is repeated."""

from typing import Any

from rest_framework.test import APIClient

URL, BULK = "/api/trades/", "/api/trades/bulk/"
FILL = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}
CSV = "ticker,price,quantity,side,timestamp\nAAPL,1,2,buy,2025-06-06T20:00:00Z\n"


def post(api: APIClient, body: Any = FILL, key: str = "key-1", url: str = URL, **extra: Any) -> Any:
    return api.post(url, body, headers={"idempotency-key": key}, **extra)


def send(api: APIClient, file: str = CSV, key: str = "key-1", options: str = "", content_type: str = "text/csv") -> Any:
    headers = {"idempotency-key": key}
    return api.generic("POST", f"{BULK}?{options}", file, content_type=content_type, headers=headers)


def is_replayed(answer: Any) -> bool:
    return bool(answer.get("Idempotency-Replayed") == "true")
