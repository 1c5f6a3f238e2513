"""The OpenAPI document as a program reads it, and what has to hold of every answer."""

import csv
import io
import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from rest_framework.test import APIClient
from schemathesis.checks import not_a_server_error
from schemathesis.openapi import media_type
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from rest.openapi.examples import CSV, JSON, NDJSON, written
from trades.selection import FIELDS


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
    return [Exchange(name, operation, **more) for name, operation, more in written(app)["exchanges"]]


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def document() -> dict[str, Any]:
    answer = APIClient().get("/api/schema/")
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


CELLS = (
    st.sampled_from(["AAPL", "xrp/eth", "1", "0.00000001", "0", "buy", "SELL", "2025-06-06T20:00:00Z", ""]) | st.text()
)
LINES = st.lists(st.dictionaries(st.sampled_from(FIELDS), CELLS | st.none() | st.floats()).map(json.dumps))


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Good columns or others, with good cells or others."""
    columns = draw(st.permutations(FIELDS) | st.lists(st.sampled_from(FIELDS) | st.text()))
    text = io.StringIO()
    csv.writer(text).writerows(
        [columns, *draw(st.lists(st.lists(CELLS, min_size=len(columns), max_size=len(columns) + 1)))]
    )
    return text.getvalue().encode(errors="surrogatepass")


media_type(NDJSON, LINES.map("\n".join).map(str.encode) | st.binary())
media_type(CSV, tables() | st.binary())
