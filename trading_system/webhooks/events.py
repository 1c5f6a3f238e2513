"""What a webhook may be told, and how a message says it. Pure.

A message is a JSON object `{"type", "timestamp", "data"}`, as Standard Webhooks recommends; `data` is what the API
answers of the same trade or alert.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

OF_TRADES: Mapping[str, str] = MappingProxyType(  # by what the ledger calls a change
    {
        "insert": "trade.inserted",
        "update": "trade.updated",
        "delete": "trade.deleted",
        "restore": "trade.restored",
    }
)
ALERT_CREATED, ALERT_UPDATED = "alert.created", "alert.updated"
EVENTS = (*OF_TRADES.values(), ALERT_CREATED, ALERT_UPDATED)
PING = "webhook.ping"  # which is sent when it is asked for
DELIVERED = (*EVENTS, PING)


class Message(NamedTuple):
    """What is to be told: which event, and the text of the message."""

    event: str
    body: str


def body_of(event: str, at: str, data: str) -> str:
    """The text of a message; `at` is RFC 3339, and `data` is JSON already, every digit of which is kept."""
    return f'{{"type":"{event}","timestamp":"{at}","data":{data}}}'
