"""Trades and alerts as the API takes them, and what came back."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from tick import Tick, render
from watch.alert_json import json_line
from watch.detector import SpikeDetector
from watch.rule import Rule

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
    [alert] = SpikeDetector(Rule(confirm=timedelta(0))).feed(ticks)
    return json.loads(json_line(alert)) | {"received": render(at)}


MEASURES: dict[str, dict[str, Any]] = {
    "above": {"price": "170.21", "level": "170", "previous_price": "169.9", "previous_seq": 1},
    "below": {"price": "169.9", "level": "170", "previous_price": "170.21", "previous_seq": 1},
    "volume": {
        "price": "170", "volume": "12345.5", "mean_volume": "2934", "threshold_times": "4",
        "window_seconds": 60, "windows": 10,
    },
}  # fmt: skip
NUMBERS = count(1)


def tell(ledger: str, kind: str, ticker: str, *, at: datetime | None = None, **fields: Any) -> dict[str, Any]:
    """Report an alert of a rule of this kind, of now: a rise or a fall of 2.41 %, or as `MEASURES` says.

    `fields` are what is different. Of a level, the tick before was two seconds earlier.
    """
    instant = at or datetime.now(UTC)
    body = {"id": f"alert-{next(NUMBERS)}", "kind": kind, "ticker": ticker, "seq": 2, "gap": False}
    body |= MEASURES[kind] if kind in MEASURES else moved(kind, instant)
    if kind in ("above", "below"):
        body["previous_timestamp"] = render(instant - timedelta(seconds=2))
    return created(f"{ledger}/alerts/", body | {"timestamp": render(instant), "received": None} | fields)


def moved(kind: str, at: datetime) -> dict[str, Any]:
    base, price = {"rise": ("low", "170.21"), "fall": ("high", "162.19")}[kind]
    since = {base: "166.2", f"{base}_timestamp": render(at - timedelta(seconds=41)), f"{base}_seq": 1}
    return {"price": price, f"{kind}_percent": "2.4128", "threshold_percent": "2", "window_seconds": 60} | since


def candle(ticker: str, at: datetime, *prices: str, volume: str | None = None, gap: bool = False) -> dict[str, Any]:
    """What the watch sends of the minute that begins at `at`, in which these prices came, one after the other."""
    ranked = sorted(prices, key=Decimal)
    return {
        "ticker": ticker, "timestamp": render(at), "first": render(at), "last": render(at + timedelta(seconds=59)),
        "open": prices[0], "high": ranked[-1], "low": ranked[0], "close": prices[-1],
        "volume": volume, "ticks": len(prices), "gap": gap,
    }  # fmt: skip


def keep(ledger: str, *candles: dict[str, Any]) -> None:
    """Send candles of the market, as the watch does."""
    assert call(f"{ledger}/market/candles/", list(candles)) == (200, {"stored": len(candles)})


def seen(ledger: str, ticker: str, price: str, at: datetime) -> None:
    """Tell the ledger of a single tick of the market."""
    minute = candle(ticker, at.replace(second=0, microsecond=0), price)
    keep(ledger, minute | dict.fromkeys(("first", "last"), render(at)))


def withdraw(ledger: str, alert: dict[str, Any], reason: str) -> None:
    """Take back an alert, as the watch does when the venue has taken back its tick."""
    status, answer = call(f"{ledger}/alerts/{alert['id']}/withdraw/", {"reason": reason})
    assert status == 200, answer


def this_minute(ago: int = 0) -> datetime:
    """The begin of this minute, or of one that many minutes ago."""
    return datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=ago)
