"""Requests and what each is answered: the document's examples, which tests put to the service."""

from functools import cache
from typing import Any

import yaml
from django.conf import settings

from ..bodies import JSON, MULTIPART, URLENCODED

FORMS = (URLENCODED, MULTIPART)
NDJSON, CSV = "application/x-ndjson", "text/csv"
REQUEST_ID = "5f0c4f1ab1e64b5c8a6e2d3c1b0a9f8e"


@cache
def examples_of(app: str) -> dict[str, Any]:
    """An app's `values` and `exchanges`, which are `[name, operation, {status, body, answer, …}]`, in turn.

    They are in examples.yaml; where an app has several resources, in an examples_….yaml of each.
    """
    folder = settings.ROOT / "trading_system" / app / "openapi"
    files = [yaml.safe_load(path.read_bytes()) for path in sorted(folder.glob("examples*.yaml"))]
    return {
        "values": {name: value for file in files for name, value in file["values"].items()},
        "exchanges": [exchange for file in files for exchange in file["exchanges"]],
    }


def show(app: str, operation: dict[str, Any]) -> None:
    """Add the app's examples of this operation to what is said of it."""
    for name, _, more in (one for one in examples_of(app)["exchanges"] if one[1] == operation["operationId"]):
        status, type_ = more.get("status", 200), more.get("media_type", JSON)
        answer = {**more["answer"], "request_id": REQUEST_ID} if status >= 400 else more.get("answer")
        for one in operation.get("parameters", []):
            one |= {"example": more.get("id", 1)} if one["in"] == "path" and status < 300 else {}
        add(operation["responses"][str(status)], name, answer, more.get("answer_type", JSON))
        if status < 300:
            add(operation.get("requestBody", {}), name, more.get("body"), type_, *(FORMS if type_ == JSON else ()))


def add(message: dict[str, Any], name: str, value: Any, *types: str) -> None:
    """Add a named example to the content of a request or answer, where its type is one of these."""
    for type_ in message.get("content", {}).keys() & set(types if value is not None else ()):
        shown = message["content"][type_].setdefault("examples", {})
        shown[name.replace(" ", "_")] = {"summary": name, "value": value}
