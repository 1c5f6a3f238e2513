"""Where alerts are, one of a rise, and one of a fall."""

from typing import Any

from rest.openapi.examples import examples_of

URL = "/api/alerts/"
NEW: dict[str, Any] = examples_of("alerts")["values"]["new"]
FALL = {
    **{name: value for name, value in NEW.items() if not name.startswith(("low", "rise"))},
    "id": "fall",
    "kind": "fall",
    "high": "180.5",
    "high_timestamp": "2025-06-06T20:00:10Z",
    "high_seq": None,
    "fall_percent": "3.379501385041551246537396122",
}
