"""Alerts as a watch sends them, one of each kind, and where to."""

from typing import Any

from rest.openapi.examples import examples_of

URL = "/api/alerts/"
NEW: dict[str, Any] = examples_of("alerts")["values"]["new"]
FALL = {
    **{name: value for name, value in NEW.items() if not name.startswith(("low", "rise"))},
    "id": "fall",
    "kind": "fall",
    "rule": "fall",
    "high": "180.5",
    "high_timestamp": "2025-06-06T20:00:10Z",
    "high_seq": None,
    "fall_percent": "3.379501385041551246537396122",
}
TICK = {
    name: NEW[name] for name in ("ticker", "price", "timestamp", "seq", "severity", "gap", "confirmed", "received")
}  # of any kind
ABOVE = {
    **TICK,
    "id": "above",
    "kind": "above",
    "rule": "apple-above-174",
    "level": "174",
    "previous_price": "173.90",
    "previous_timestamp": "2025-06-06T20:00:40Z",
    "previous_seq": 7,
}
BELOW = ABOVE | {"id": "below", "kind": "below", "level": "174.50", "previous_price": "174.60", "previous_seq": None}
VOLUME = {
    **TICK,
    "id": "volume",
    "kind": "volume",
    "rule": "busy",
    "severity": "critical",
    "volume": "5000.5",
    "mean_volume": "1200.25",
    "threshold_times": "4",
    "window_seconds": 60,
    "windows": 10,
}
EACH: dict[str, dict[str, Any]] = {one["kind"]: one for one in (NEW, FALL, ABOVE, BELOW, VOLUME)}
ADDED: dict[str, Any] = dict.fromkeys(
    ("acknowledged_at", "acknowledged_by", "withdrawn_at", "withdrawn_reason")
)  # by the ledger
