"""What has to hold of every answer, and requests that are made up from the document.

Only the tests that put them import it, when they run: Schemathesis takes a second, which all others would wait for.
"""

import csv
import io
import json
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.db import connection, transaction
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.openapi import media_type
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from rest.openapi.examples import CSV, NDJSON
from trades.selection import FIELDS
from trading_system.wsgi import application

from .document import document, strict

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


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


def documented_service(monkeypatch: pytest.MonkeyPatch) -> OpenApiSchema:
    """The real WSGI application and its document, in the test's transaction: no request's end may close the connection."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    service = schemathesis.openapi.from_dict(strict(document()))
    service.app = application
    return service


def meet(case: Case, trade: dict[str, Any]) -> None:
    """Ask for what is there: hardly any number, ticker or version that is made up is."""
    there = {
        "id": trade["import" if case.path.startswith("/api/imports/") else "id"],
        "ticker": trade["ticker"],
        "name": "ledger",
    }
    for name in there.keys() & (case.path_parameters or {}).keys():
        case.path_parameters[name] = there[name]
    for name in ("If-Match", "If-None-Match"):
        if name in case.headers:
            case.headers[name] = trade["etag"]
    if "tz" in case.query:
        case.query["tz"] = "Europe/Berlin"


def hold(service: OpenApiSchema, trade: dict[str, Any], seed: int, cases: int, headers: dict[str, str]) -> None:
    """Put so many made-up requests to it, with these headers besides."""
    wrong = service.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=cases,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(service.as_strategy() | wrong, st.booleans())
    def answers_conform(case: Case, meets: bool) -> None:
        if meets:
            meet(case, trade)
        case.headers.update(headers)
        with transaction.atomic():
            for _ in range(2):  # what is sent again may be answered in another way
                case.validate_response(case.call(), checks=CHECKS)
            transaction.set_rollback(True)

    answers_conform()
