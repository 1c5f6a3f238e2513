"""Trades and alerts as the API takes them, and what came back."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tick import Tick, render
from watch.detector import SpikeDetector
from watch.rule import Rule
from watch.sinks import json_line

from ..running import call


def ago(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


def book(ledger: str, side: str, quantity: str, ticker: str, price: str, **fields: str) -> dict[str, Any]:
    """Book a trade of now, unless `timestamp` says otherwise."""
    body = {"ticker": ticker, "side": side, "quantity": quantity, "price": price} | fields
    return created(f"{ledger}/trades/", body)


def report(ledger: str, ticker: str, low: str, price: str, *, at: datetime | None = None) -> dict[str, Any]:
    """Report a rise that took 41 seconds, as the watch does."""
    return created(f"{ledger}/alerts/", rise(ticker, low, price, at or datetime.now(UTC)))


def created(address: str, body: dict[str, Any]) -> dict[str, Any]:
    status, answer = call(address, body)
    assert status == 201, answer
    return dict(answer)


def rise(ticker: str, low: str, price: str, at: datetime) -> dict[str, Any]:
    """What `client.py --json` prints of it."""
    ticks = [Tick(ticker, Decimal(low), at - timedelta(seconds=41), 1), Tick(ticker, Decimal(price), at, 2)]
    [alert] = SpikeDetector(Rule()).feed(ticks)
    return json.loads(json_line(alert)) | {"received": render(at)}
