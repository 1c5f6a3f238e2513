"""Rules as people send them, one of each kind of rule, and where to."""

from typing import Any

RULES = "/api/alert-rules/"
RISE: dict[str, Any] = {"name": "apple-up", "kind": "rise", "tickers": ["AAPL", "XRP*"], "threshold": "2.50"}
LEVEL: dict[str, Any] = {"name": "apple-200", "kind": "above", "threshold": "200", "tickers": ["AAPL"]}
VOLUME: dict[str, Any] = {"name": "busy", "kind": "volume", "threshold": 4}
GENERAL: dict[str, Any] = {"tickers": ["*"], "cooldown": 0, "hours": None, "severity": "warning", "notify": []}
FULL: dict[str, dict[str, Any]] = {  # as they are answered
    "rise": GENERAL | {"window": 60, "confirm": 2, "rearm": 5} | RISE,
    "above": GENERAL | {"confirm": 2, "margin": "1"} | LEVEL,
    "volume": GENERAL | {"window": 60, "windows": 10} | VOLUME | {"threshold": "4"},
}
GIVEN = {"rise": RISE, "above": LEVEL, "volume": VOLUME}
SET = {"id", "created_at", "updated_at"}  # by the server


def said(rule: dict[str, Any]) -> dict[str, Any]:
    """What a rule says, without what the server sets."""
    return {name: value for name, value in rule.items() if name not in SET}
