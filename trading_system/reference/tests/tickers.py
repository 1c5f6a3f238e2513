"""Instruments as a client sends them, and where they are."""

from typing import Any
from urllib.parse import quote

from rest_framework.test import APIClient

INSTRUMENTS = "/api/instruments/"
CALL = "SPY   250620C00450000"
VOD = {"ticker": "VOD", "name": "Vodafone Group", "kind": "share", "currency": "GBX", "isin": "GB00BH4HKS39"}


def address_of(ticker: str) -> str:
    return f"{INSTRUMENTS}{quote(ticker, safe='')}/"


def add(api: APIClient, **fields: Any) -> dict[str, Any]:
    """As it was answered."""
    answer = api.post(INSTRUMENTS, fields)
    assert answer.status_code == 201, answer.content
    return answer.json()
