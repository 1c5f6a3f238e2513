"""Alerts as they are kept, of every kind."""

import json
from decimal import Decimal
from typing import Any

INSTANT = "2025-06-06T12:00:00.000000Z"
FIELDS: dict[str, dict[str, Any]] = {
    "rise": {"low": "100", "low_timestamp": INSTANT, "low_seq": 1, "threshold_percent": "2", "window_seconds": 60.0},
    "fall": {"high": "110", "high_timestamp": INSTANT, "high_seq": 1, "threshold_percent": "2", "window_seconds": 60.0},
    "above": {"level": "200", "previous_price": "199.50", "previous_timestamp": INSTANT, "previous_seq": None},
    "below": {"level": "200.00", "previous_price": "200.50", "previous_timestamp": INSTANT, "previous_seq": None},
    "volume": {"volume": "41", "mean_volume": "10", "threshold_times": "3", "window_seconds": 60.0, "windows": 10},
}


def kept_line(kind: str, number: int, extent: str = "3", /, **fields: Any) -> str:
    """The line of the ticker T<number>; `extent` are the percent, the times of the mean, or the price."""
    of_kind: dict[str, Any] = dict(FIELDS[kind])
    if kind in ("rise", "fall"):
        of_kind[f"{kind}_percent"] = extent
    elif kind == "volume":
        of_kind["volume"] = f"{Decimal(extent) * 10:f}"
    price = extent if kind in ("above", "below") else "103.00"
    common = {"id": f"{kind}-{number}", "kind": kind, "rule": f"my-{kind}", "severity": "info", "ticker": f"T{number}",
              "price": price, "timestamp": INSTANT, "seq": 7, "gap": False, "confirmed": True, "received": INSTANT}  # fmt: skip
    return json.dumps({**common, **of_kind, **fields})
