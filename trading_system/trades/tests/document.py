"""The OpenAPI document as a program reads it, and its examples."""

import json
from dataclasses import dataclass, field
from typing import Any

from rest.bodies import JSON
from rest.openapi.examples import examples_of
from rest.tests.clients import ApiClient


@dataclass(frozen=True)
class Exchange:
    """A request of one of the operations, and its answer. Texts are bodies as they are, all else is JSON."""

    name: str
    operation: str
    status: int = 200
    answer: Any = None
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = JSON
    answer_type: str = JSON
    id: Any = 1


def exchanges(app: str) -> list[Exchange]:
    """The document's examples, in the order to try them in."""
    return [Exchange(name, operation, **more) for name, operation, more in examples_of(app)["exchanges"]]


def document() -> dict[str, Any]:
    answer = ApiClient().get("/api/schema/")
    assert answer.status_code == 200
    return json.loads(answer.content)


def strict(schema: Any) -> Any:
    """The same, where no object has members that are not listed."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {}
    return closed | {name: strict(value) for name, value in schema.items()}
