"""Requests with the same Idempotency-Key at the same moment."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from rest.tests.clients import ApiClient
from trades.models import Trade

from .retries import BULK, URL, is_replayed, post, send

pytestmark = pytest.mark.django_db
Together = Callable[..., list[Any]]


@contextmanager
def in_flight(scope: str, key: str) -> Iterator[None]:
    """Somebody else carries out the request with this key."""
    number = int.from_bytes(hashlib.sha256(f"{scope}\n{key}".encode()).digest()[:8], "big", signed=True)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
        try:
            yield
        finally:  # now; the end of a session is not waited for
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
    other.close()


@pytest.mark.parametrize(("do", "status"), [(post, 201), (send, 200)])
def test_while_it_is_carried_out_others_are_told_to_wait(api: APIClient, do: Any, status: int) -> None:
    with in_flight(f"None POST {URL if do is post else BULK}", "key-1"):
        answer = do(api)
        assert (answer.status_code, answer["Retry-After"], list(answer.json())) == (409, "1", ["detail"])
        assert do(api, key="key-2").status_code == 201
    assert do(api, key="key-1").status_code == status  # a file that was there adds nothing


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_give_one_trade(together: Together) -> None:
    answers = together(50, lambda: post(ApiClient()))
    outcomes = Counter((answer.status_code, is_replayed(answer)) for answer in answers)
    assert outcomes[(201, False)] == 1
    assert set(outcomes) <= {(201, False), (201, True), (409, False)}
    assert Trade.objects.count() == 1
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
