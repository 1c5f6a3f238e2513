"""Requests and what each is answered: the document's examples, which tests put to the service."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"
REQUEST_ID = "5f0c4f1ab1e64b5c8a6e2d3c1b0a9f8e"


@dataclass(frozen=True)
class Exchange:
    """A request of one of the view's actions, and its answer. Texts are bodies as they are, all else is JSON."""

    name: str
    action: str
    status: int
    answer: Any = None
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = JSON
    answer_type: str = JSON
    id: Any = 1

    def __post_init__(self) -> None:
        if self.status >= 400 and isinstance(self.answer, dict):
            object.__setattr__(self, "answer", {**self.answer, "request_id": REQUEST_ID})

    @property
    def accepted(self) -> bool:
        return self.status < 300


def examples(exchanges: Iterable[Exchange], what: str, **fields: Any) -> dict[str, Any]:
    """What the exchanges that have these values have as `what`, as OpenAPI's examples."""
    found = [
        exchange for exchange in exchanges if all(getattr(exchange, name) == value for name, value in fields.items())
    ]
    named = {
        exchange.name.replace(" ", "_"): {"summary": exchange.name, "value": getattr(exchange, what)}
        for exchange in found
        if getattr(exchange, what) is not None
    }
    return {"examples": named} if named else {}
