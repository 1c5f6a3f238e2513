"""Requests that the document allows, and others, thousands of them: no answer is a 5xx or one that it does not name.

FUZZ_CASES says how many for each seed; a few show that it works.
"""

import os
from typing import Any

import hypothesis
import pytest
from django.db import transaction
from hypothesis import strategies as st
from rest_framework.test import APIClient
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.schemas import OpenApiSchema

from trades.tests.described import CHECKS

CASES = int(os.environ.get("FUZZ_CASES", "12"))
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(30 + CASES)]


@pytest.fixture
def trade(api: APIClient, fill: dict[str, Any]) -> dict[str, Any]:
    """One that was changed, so that it has a history."""
    address = api.post("/api/trades/", fill | {"external_id": "a"})["Location"]
    answer = api.patch(address, {"note": "b"})
    return answer.json() | {"etag": answer["ETag"]}


def meet(case: Case, trade: dict[str, Any]) -> None:
    """Ask for what is there: hardly any number or version that is made up is."""
    if "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = trade["id"]
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
    def answers_are_as_described(case: Case, meets: bool) -> None:
        if meets:
            meet(case, trade)
        case.headers.update(headers)
        with transaction.atomic():
            for _ in range(2):  # what is sent again may be answered in another way
                case.validate_response(case.call(), checks=CHECKS)
            transaction.set_rollback(True)

    answers_are_as_described()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_answer_surprises(service: OpenApiSchema, trade: dict[str, Any], seed: int) -> None:
    hold(service, trade, seed, CASES, {})
