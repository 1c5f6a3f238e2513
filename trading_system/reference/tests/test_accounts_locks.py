"""Accounts change one after the other, and after the imports into them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg2
import pytest
from django.db import connection
from rest_framework.test import APIClient

from reference.models import MAIN

from .accounts_api import ACCOUNTS, MAIN_ADDRESS, NEVER, Person, add, names

RENAME = "UPDATE reference_account SET name = 'secret' WHERE id = %s"
REMOVE = "DELETE FROM reference_membership WHERE account_id = %s AND user_id = %s"
WAITING = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FOR UPDATE%')"
IMPORTS = f"SELECT FROM reference_account WHERE id = {MAIN} FOR SHARE"  # until the end of its transaction


@pytest.fixture
def other_connection() -> Iterator[Any]:
    address = getattr(getattr(connection, "server", None), "address", {})
    other = psycopg2.connect(**connection.get_connection_params() | address)
    yield other
    other.close()


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_change_waits_for_an_import(api: APIClient, other_connection: Any, method: str) -> None:
    other_connection.cursor().execute(IMPORTS)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
    answer = getattr(api, method)(MAIN_ADDRESS, {"name": "main", "currency": "USD"})
    assert answer.status_code == 503


@pytest.mark.django_db
def test_reading_waits_for_none(api: APIClient, other_connection: Any) -> None:
    other_connection.cursor().execute("LOCK TABLE reference_account IN SHARE ROW EXCLUSIVE MODE")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
    assert names(api) == ["main"]


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_gets_the_name(api: APIClient, together: Callable[..., list[Any]]) -> None:
    answers = together(4, lambda: api.post(ACCOUNTS, {"name": "savings", "currency": "EUR"}).status_code)
    assert sorted(answers) == [201, 409, 409, 409]


@pytest.mark.django_db(transaction=True)
def test_who_is_removed_meanwhile_is_told_nothing(owner: Person, neighbour: Person, other_connection: Any) -> None:
    account = add(owner.api, owner.trades, neighbour.trades)

    def change() -> Any:
        try:
            return neighbour.api.patch(account["address"], {"note": "Mine"})
        finally:
            connection.close()

    cursor = other_connection.cursor()
    cursor.execute(RENAME, [account["id"]])
    cursor.execute(REMOVE, [account["id"], neighbour.user.pk])
    with ThreadPoolExecutor() as pool:
        waits = pool.submit(change)
        while not is_true(WAITING):
            assert not waits.done()
        other_connection.commit()
        answer = waits.result()
    assert (answer.status_code, answer.json()) == (404, neighbour.api.patch(NEVER, {}).json())


def is_true(query: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return bool(cursor.fetchone()[0])
