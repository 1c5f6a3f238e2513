"""Accounts change one after the other, and after the imports into them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg2
import pytest
from django.db import connection
from rest_framework.test import APIClient

from reference.seeds import MAIN
from trades.models import Trade

from .accounts_api import ACCOUNTS, MAIN_ADDRESS, NEVER, Person, add, names

RENAME = "UPDATE reference_account SET name = 'secret' WHERE id = %s"
DELETE = "DELETE FROM reference_account WHERE id = %s"
TRADE = {"ticker": "AAPL", "price": "1", "quantity": "1", "side": "buy"}
REMOVE = "DELETE FROM reference_membership WHERE account_id = %s AND user_id = %s"
WAITS = """SELECT EXISTS (SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE %s)"""
BOOK = """INSERT INTO trades_trade (account_id, ticker, price, quantity, side, note, fee, currency, fee_currency)
    VALUES (%s, 'AAPL', 1, 1, 'buy', '', 0, 'USD', 'USD')"""
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
def test_one_in_which_a_trade_is_being_booked_is_changed_but_not_deleted(api: APIClient, other_connection: Any) -> None:
    account = add(api)
    other_connection.cursor().execute(BOOK, [account["id"]])
    with ThreadPoolExecutor() as pool:
        deletes = pool.submit(in_own_connection, lambda: api.delete(account["address"]))
        while not is_waiting("FOR UPDATE"):
            assert not deletes.done()
        other_connection.cursor().execute(IMPORTS.replace(str(MAIN), str(account["id"])))  # as at the end of an import
        other_connection.commit()
        answer = deletes.result()
    assert (answer.status_code, answer.json()) == (409, {"detail": "The account savings has 1 trade."})
    other_connection.cursor().execute(BOOK, [account["id"]])
    assert api.patch(account["address"], {"note": "Changed"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_no_trade_is_booked_in_one_that_is_being_deleted(api: APIClient, other_connection: Any) -> None:
    account = add(api)
    other_connection.cursor().execute(DELETE, [account["id"]])
    with ThreadPoolExecutor() as pool:
        books = pool.submit(in_own_connection, lambda: api.post("/api/trades/", TRADE | {"account": "savings"}))
        while not is_waiting("INSERT INTO trades_trade"):
            assert not books.done()
        other_connection.commit()
        answer = books.result()
    assert (answer.status_code, [*answer.json()]) == (400, ["account"])
    assert not Trade.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_is_removed_meanwhile_is_told_nothing(owner: Person, neighbour: Person, other_connection: Any) -> None:
    account = add(owner.api, owner.trades, neighbour.trades)

    cursor = other_connection.cursor()
    cursor.execute(RENAME, [account["id"]])
    cursor.execute(REMOVE, [account["id"], neighbour.user.pk])
    with ThreadPoolExecutor() as pool:
        waits = pool.submit(in_own_connection, lambda: neighbour.api.patch(account["address"], {"note": "mine"}))
        while not is_waiting("FOR NO KEY UPDATE"):
            assert not waits.done()
        other_connection.commit()
        answer = waits.result()
    assert (answer.status_code, answer.json()) == (404, neighbour.api.patch(NEVER, {}).json())


def in_own_connection(ask: Callable[[], Any]) -> Any:
    """For a thread, which has one of its own."""
    try:
        return ask()
    finally:
        connection.close()


def is_waiting(statement: str) -> bool:
    """Whether one with this in its text waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(WAITS, [f"%{statement}%"])
        return bool(cursor.fetchone()[0])
