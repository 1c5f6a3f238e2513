"""Alerts as the outbox has them: JSON, with the fields of their kind."""

import json
from typing import Any

from watch.waiting import Entry

COMMON = {"timestamp": "2026-11-27T15:00:05.000000Z", "seq": 8, "gap": False, "received": None}
BEFORE = "2026-11-27T15:00:00.000000Z"


def line(number: int = 0, kind: str = "rise", ticker: str = "AAPL", size: str = "2.4", **others: Any) -> str:
    """An alert whose id is the number; `size` is percent, the price that crossed 100, or times the mean volume."""
    own: dict[str, Any] = {"window_seconds": 60.0}
    price = "102.4"
    if kind in ("rise", "fall"):
        base = {"rise": "low", "fall": "high"}[kind]
        own |= {base: "100", f"{base}_timestamp": BEFORE, f"{base}_seq": 7, f"{kind}_percent": size}
        own |= {"threshold_percent": "2"}
    elif kind == "volume":
        own |= {"volume": f"{float(size) * 10:g}", "mean_volume": "10", "threshold_times": "3", "windows": 10}
    else:
        price, own = size, {"level": "100", "previous_price": "100", "previous_timestamp": BEFORE, "previous_seq": 7}
    named = {"id": f"{number:016x}", "kind": kind, "rule": kind, "severity": "warning", "confirmed": True}
    return json.dumps({**named, "ticker": ticker, "price": price, **COMMON, **own, **others})


def entry(number: int = 0, added: float = 0.0, **fields: Any) -> Entry:
    return Entry(f"{number:016x}", line(number, **fields), added)
