"""Requests and what each is answered: the document's examples, which tests put to the service."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"
REQUEST_ID = "5f0c4f1ab1e64b5c8a6e2d3c1b0a9f8e"
ROOT = Path(__file__).resolve().parents[2]


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


@cache
def written(app: str) -> dict[str, Any]:
    """An app's examples.yaml: `values`, and `exchanges` in the order in which they are to be tried."""
    found: dict[str, Any] = yaml.safe_load((ROOT / app / "openapi/examples.yaml").read_text())
    return found | {"exchanges": [Exchange(name, of, **more) for name, of, more in found["exchanges"]]}


def show(app: str, operation: dict[str, Any]) -> None:
    """Add the app's examples of this operation to what is said of it."""
    for one in written(app)["exchanges"]:
        if one.operation == operation["operationId"]:
            for parameter in operation.get("parameters", []):
                parameter.update({"example": one.id} if parameter["in"] == "path" and one.status < 300 else {})
            answer = {**one.answer, "request_id": REQUEST_ID} if one.status >= 400 else one.answer
            add(operation["responses"][str(one.status)], one.name, answer, one.answer_type)
            if one.status < 300:
                types = (JSON, *FORMS) if one.media_type == JSON else (one.media_type,)
                add(operation.get("requestBody", {}), one.name, one.body, *types)


def add(described: dict[str, Any], name: str, value: Any, *types: str) -> None:
    for type_, media_type in described.get("content", {}).items():
        if type_ in types and value is not None:
            media_type.setdefault("examples", {})[name.replace(" ", "_")] = {"summary": name, "value": value}
