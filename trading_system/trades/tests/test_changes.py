"""GET /api/trades/changes/: all that happens to trades, in its order."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from trades.managers import RESTORE

from .book import TRADE
from .book import URL as TRADES
from .files import send
from .followers import URL, Follower, book, connections

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "ticker,price,quantity,side,timestamp\n" + "".join(f"A,{n},1,buy,2025-06-06T20:00:00Z\n" for n in range(1, 6))
INSERT = """INSERT INTO trades_trade (ticker, price, quantity, side, note, fee, currency, fee_currency)
    VALUES (%s, 1, 1, 'buy', '', 0, 'USD', 'USD') RETURNING id"""


@pytest.fixture
def follower(api: APIClient) -> Follower:
    return Follower(api)


@pytest.fixture
def others() -> Iterator[list[Any]]:
    """Two more connections, each in a transaction that nobody has begun yet."""
    yield from connections(2)


def insert(connection: Any, ticker: str = "SLOW") -> int:
    cursor = connection.cursor()
    cursor.execute(INSERT, [ticker])
    number: int = cursor.fetchone()[0]
    return number


def test_an_empty_ledger_has_none(api: APIClient) -> None:
    page = api.get(URL).json()
    assert (page["results"], page["more"], page["lag"]) == ([], False, "0.000")


def test_it_is_told_with_the_trade_as_it_then_was(api: APIClient, follower: Follower, trade: dict[str, Any]) -> None:
    url = f"{TRADES}{trade['id']}/"
    changed = api.patch(url, {"quantity": "12.5"}).json()
    api.delete(url)
    restored = api.post(f"{url}restore/").json()
    inserted, updated, deleted, again = follower.catch_up()
    assert inserted == {"change": "insert", "at": trade["created_at"], "trade": trade}
    assert updated == {"change": "update", "at": changed["updated_at"], "trade": changed}
    assert (deleted["change"], deleted["trade"]) == (
        "delete", {"id": trade["id"], "external_id": None, "account": "main"},
    )  # fmt: skip
    assert again == {"change": "restore", "at": restored["updated_at"], "trade": restored}
    assert follower.copy == book(api)


def test_a_follower_gets_what_came_since(api: APIClient, follower: Follower, trade: dict[str, Any]) -> None:
    assert follower.kinds() == [("insert", trade["id"])]
    assert follower.kinds() == []
    api.patch(f"{TRADES}{trade['id']}/", {"note": "late"})
    assert follower.kinds() == [("update", trade["id"])]


def test_now_is_behind_all_that_there_is(api: APIClient, trade: dict[str, Any]) -> None:
    late = Follower(api, after="now")
    assert late.catch_up() == []
    second = api.post(TRADES, TRADE).json()
    assert late.kinds() == [("insert", second["id"])]


def test_a_change_that_changes_nothing_is_none(api: APIClient, follower: Follower, trade: dict[str, Any]) -> None:
    follower.catch_up()
    api.patch(f"{TRADES}{trade['id']}/", {"price": trade["price"]})
    assert follower.kinds() == []


def test_names_that_need_escaping_arrive_as_they_are(api: APIClient, follower: Follower) -> None:
    account = 'a"b\\c ü'
    api.post("/api/accounts/", {"name": account, "currency": "EUR"})
    trade = api.post(TRADES, TRADE | {"account": account, "external_id": '"x\\', "note": 'line\n"two"'}).json()
    api.delete(f"{TRADES}{trade['id']}/")
    inserted, deleted = follower.catch_up()
    assert inserted["trade"] == trade
    assert deleted["trade"] == {"id": trade["id"], "external_id": '"x\\', "account": account}


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_pages_of_any_size_have_each_change_once(api: APIClient, trade: dict[str, Any], size: int) -> None:
    url = f"{TRADES}{trade['id']}/"
    for number in range(3):
        api.patch(url, {"note": str(number)})
        api.delete(url)
        api.post(f"{url}restore/")
    follower = Follower(api, size)
    kinds = [kind for kind, _ in follower.kinds()]
    assert kinds == ["insert", *["update", "delete", "restore"] * 3]
    assert follower.copy == book(api)


def test_more_is_said_only_where_there_is_more(api: APIClient, trade: dict[str, Any]) -> None:
    follower = Follower(api, 1)
    assert (len(follower.read()), follower.more) == (1, False)
    api.post(TRADES, TRADE)
    api.post(TRADES, TRADE)
    assert (len(follower.read()), follower.more) == (1, True)
    assert (len(follower.read()), follower.more) == (1, False)


def test_an_import_and_its_undo_are_followed(api: APIClient) -> None:
    follower = Follower(api, 2)
    number = send(api, FILE).json()["import"]
    assert {kind for kind, _ in follower.kinds()} == {"insert"}
    assert follower.copy == book(api)
    api.post(f"/api/imports/{number}/undo/")
    assert {kind for kind, _ in follower.kinds()} == {"delete"}
    assert follower.copy == {}
    api.post(f"/api/imports/{number}/redo/")
    assert {kind for kind, _ in follower.kinds()} == {"restore"}
    assert follower.copy == book(api)


def test_of_a_transaction_they_come_by_trade_and_of_each_in_order(api: APIClient, others: list[Any]) -> None:
    one = others[0]
    first, second = insert(one), insert(one)
    cursor = one.cursor()
    for number in range(2):
        cursor.execute("UPDATE trades_trade SET price = price + 1 WHERE id IN (%s, %s)", [first, second])
        cursor.execute("DELETE FROM trades_trade WHERE id = %s", [second])
        cursor.execute(
            """INSERT INTO trades_trade (id, ticker, price, quantity, side, note, fee, currency, fee_currency)
            VALUES (%s, 'BACK', %s, 1, 'buy', '', 0, 'USD', 'USD')""",
            [second, number],
        )
    one.commit()
    follower = Follower(api, 2)
    changes = follower.catch_up()
    ids = [change["trade"]["id"] for change in changes]
    assert ids == sorted(ids)
    assert [change["trade"]["price"] for change in changes if change["trade"]["id"] == first] == ["1", "2", "3"]
    assert follower.copy == book(api)


def test_what_is_committed_first_waits_for_what_began_before(
    api: APIClient, follower: Follower, others: list[Any]
) -> None:
    slow, quick = others
    early = insert(slow)
    late = insert(quick)
    quick.commit()
    assert late in book(api)
    assert follower.kinds() == []
    assert float(follower.lag) > 0
    slow.commit()
    assert follower.kinds() == [("insert", early), ("insert", late)]
    assert follower.lag == "0.000"


@pytest.mark.parametrize(
    "then", ["UPDATE trades_trade SET price = 2 WHERE id = %s", "DELETE FROM trades_trade WHERE id = %s"]
)
def test_a_trade_that_the_earlier_transaction_changes_last_is_told_in_its_order(
    api: APIClient, follower: Follower, others: list[Any], then: str
) -> None:
    early, late = others
    insert(early, "EARLY")
    trade = insert(late, "LATE")
    late.commit()
    early.cursor().execute(then, [trade])
    early.commit()
    assert [number for _, number in follower.kinds()].count(trade) == 2
    assert follower.copy == book(api)


def test_one_that_the_earlier_transaction_restores_is_there(
    api: APIClient, follower: Follower, others: list[Any], trade: dict[str, Any]
) -> None:
    early = others[0]
    insert(early, "EARLY")
    api.delete(f"{TRADES}{trade['id']}/")
    early.cursor().execute(RESTORE, [trade["id"]])
    early.commit()
    follower.catch_up()
    assert trade["id"] in follower.copy
    assert follower.copy == book(api)


def test_how_long_changes_are_held_back_is_a_metric(api: APIClient, others: list[Any]) -> None:
    def lag() -> float:
        [value] = re.findall(r"^ledger_changes_lag_seconds (.*)$", api.get("/metrics").content.decode(), re.MULTILINE)
        return float(value)

    assert lag() == 0
    insert(others[0])
    assert lag() > 0


def test_what_is_rolled_back_holds_nothing_up_and_is_not_told(
    api: APIClient, follower: Follower, others: list[Any]
) -> None:
    slow, quick = others
    insert(slow)
    late = insert(quick)
    quick.commit()
    slow.rollback()
    assert follower.kinds() == [("insert", late)]


def test_a_trade_that_changed_twice_meanwhile_is_told_twice(
    api: APIClient, follower: Follower, others: list[Any], trade: dict[str, Any]
) -> None:
    insert(others[0])
    url = f"{TRADES}{trade['id']}/"
    api.patch(url, {"note": "one"})
    assert follower.kinds() == [("insert", trade["id"])]
    api.patch(url, {"note": "two"})
    others[0].commit()
    notes = [change["trade"]["note"] for change in follower.catch_up() if change["change"] == "update"]
    assert notes == ["one", "two"]


def test_who_only_reads_holds_nothing_up(api: APIClient, follower: Follower, others: list[Any]) -> None:
    others[0].cursor().execute("SELECT pg_current_snapshot(), COUNT(*) FROM trades_trade")
    trade = api.post(TRADES, TRADE).json()
    assert follower.kinds() == [("insert", trade["id"])]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"after": "x"}, "after"),
        ({"after": ""}, "after"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "10001"}, "page_size"),
        ({"account": "nobody's"}, "account"),
        ({"ticker": "AAPL"}, "ticker"),
    ],
)
def test_a_wrong_parameter_is_an_error(api: APIClient, parameters: dict[str, str], field: str) -> None:
    answer = api.get(URL, parameters)
    assert answer.status_code == 400
    assert field in answer.json()


def test_a_cursor_that_was_changed_is_an_error(api: APIClient) -> None:
    cursor = api.get(URL).json()["cursor"]
    answer = api.get(URL, {"after": cursor[:-1] + ("A" if cursor[-1] != "A" else "B")})
    assert (answer.status_code, list(answer.json())) == (400, ["after"])


def test_a_cursor_of_another_list_is_an_error(api: APIClient, trade: dict[str, Any]) -> None:
    api.post(TRADES, TRADE)
    cursor = api.get(TRADES, {"page_size": "1"}).json()["next"].partition("cursor=")[2].partition("&")[0]
    assert api.get(URL, {"after": cursor}).status_code == 400
