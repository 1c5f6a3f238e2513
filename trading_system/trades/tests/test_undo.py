"""An import is undone as one change, and can be redone; what was edited since is left alone, and told."""

import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from access.tests.people import by_token, token_of
from reference.models import Account, Membership
from trades import reversal
from trades.models import Import, Trade

from .book import URL
from .files import CSV, MIXED, send
from .traders import client_of, trader

pytestmark = pytest.mark.django_db
HEADER = "ticker,price,quantity,side,timestamp,external_id,fee\n"
ROWS = [f"A,{number},1,buy,2025-06-06T20:00:00Z,fill-{number},1\n" for number in range(1, 5)]
FILE = HEADER + "".join(ROWS)
SUM = "SELECT md5(string_agg(t::text, ';' ORDER BY id)) FROM (SELECT {} FROM trades_trade) t"
OWN = "id, ticker, price, quantity, side, timestamp, fee, external_id, note, account_id, currency, fee_currency, import_id"
MANY = int(os.environ.get("UNDO_ROWS", "2000"))


def book(columns: str = OWN) -> str | None:
    """A digest of all trades."""
    with connection.cursor() as cursor:
        cursor.execute(SUM.format(columns))
        found: str | None = cursor.fetchone()[0]
        return found


def act(api: APIClient, number: int, what: str) -> Any:
    return api.post(f"/api/imports/{number}/{what}/")


@pytest.fixture
def imported(api: APIClient) -> int:
    """The number of an import of four trades."""
    number: int = send(api, FILE, "name=fills.csv").json()["import"]
    return number


def trades(number: int) -> list[int]:
    return list(Trade.objects.filter(import_id=number).order_by("id").values_list("id", flat=True))


def test_wrong_rows_that_were_imported_go_with_one_undo_and_come_back_with_one_redo(
    api: APIClient, imported: int
) -> None:
    before, ids = book(), trades(imported)
    undone = act(api, imported, "undo")
    assert undone.status_code == 200, undone.content
    answer = undone.json()
    assert (answer["trades"], answer["left"], answer["import"]["state"]) == (4, 0, "undone")
    assert not Trade.objects.exists()
    redone = act(api, imported, "redo").json()
    assert (redone["trades"], redone["left"], redone["import"]["state"]) == (4, 0, "booked")
    assert (book(), trades(imported)) == (before, ids)


def test_what_was_edited_since_is_left_alone_and_listed(api: APIClient, imported: int) -> None:
    edited, deleted, restored, _ = trades(imported)
    api.patch(f"{URL}{edited}/", {"price": "9"})
    api.delete(f"{URL}{deleted}/")
    api.delete(f"{URL}{restored}/")
    api.post(f"{URL}{restored}/restore/")
    answer = act(api, imported, "undo").json()
    assert (answer["trades"], answer["left"], answer["left_trades"]) == (2, 1, [edited])
    assert trades(imported) == [edited]
    assert act(api, imported, "redo").json()["trades"] == 2
    assert deleted not in trades(imported)


def test_a_trade_that_came_back_by_hand_or_whose_name_is_taken_is_not_put_back(
    api: APIClient, imported: int, fill: dict[str, Any]
) -> None:
    first, second, *_ = trades(imported)
    act(api, imported, "undo")
    assert api.post(f"{URL}{first}/restore/").status_code == 200
    api.post(URL, fill | {"external_id": "fill-2"})
    answer = act(api, imported, "redo").json()
    assert (answer["trades"], answer["left"], answer["left_trades"]) == (2, 1, [second])
    assert len(trades(imported)) == 3


def test_the_author_and_the_history_go_on(api: APIClient) -> None:
    clients = [client_of(name) for name in ("ann", "bob", "eve")]
    number = send(clients[0], FILE).json()["import"]
    trade = trades(number)[0]
    assert (act(clients[1], number, "undo").status_code, act(clients[2], number, "redo").status_code) == (200, 200)
    events = api.get(f"{URL}{trade}/history/").json()["results"]
    assert [(event["event"], event["by"]) for event in events] == [("restore", "eve"), ("delete", "bob")]
    assert Trade.objects.get(pk=trade).created_by == "ann"
    act(clients[2], number, "undo")
    assert [event["by"] for event in api.get(f"{URL}{trade}/history/").json()["results"]] == ["eve", "eve", "bob"]


def test_after_an_undo_the_file_is_as_new_and_the_undone_import_stays_undone(api: APIClient, imported: int) -> None:
    act(api, imported, "undo")
    again = send(api, FILE).json()
    assert (again["created"], again["duplicates"], again["missing"], again["imported_at"]) == (4, 0, 0, None)
    refused = act(api, imported, "redo")
    assert (refused.status_code, refused.json()["detail"]) == (409, f"Import {again['import']} has booked them again.")
    act(api, again["import"], "undo")
    assert act(api, imported, "redo").status_code == 200
    assert len(trades(imported)) == 4


def test_a_redo_doubles_nothing_that_was_booked_since_from_other_bytes(api: APIClient) -> None:
    file = MIXED.replace("0,hold", "2,buy")
    first = send(api, file).json()["import"]
    act(api, first, "undo")
    other = send(api, file.replace("\n", "\r\n")).json()["import"]
    refused = act(api, first, "redo")
    assert (refused.status_code, f"Trade {trades(other)[0]} of import {other}" in refused.json()["detail"]) == (
        409,
        True,
    )
    act(api, other, "undo")
    assert (act(api, first, "redo").json()["trades"], act(api, other, "redo").status_code) == (3, 409)
    assert Trade.objects.count() == 3


def test_a_redo_puts_back_what_equals_trades_that_were_there_before_the_undo(api: APIClient) -> None:
    file = MIXED.replace("0,hold", "2,buy")
    send(api, file)
    again = send(api, file, "again=true&repeated=book").json()["import"]
    act(api, again, "undo")
    assert act(api, again, "redo").json()["trades"] == 3
    assert Trade.objects.count() == 6


def test_twice_is_a_conflict_that_says_since_when(api: APIClient, imported: int) -> None:
    assert act(api, imported, "redo").json()["detail"] == "It is booked."
    undone_at = act(api, imported, "undo").json()["import"]["undone_at"]
    again = act(api, imported, "undo")
    assert (again.status_code, again.json()["detail"]) == (409, f"It was undone at {undone_at}.")


def test_what_was_booked_before_imports_knew_their_trades_cannot_be_undone(api: APIClient, imported: int) -> None:
    Import.objects.filter(pk=imported).update(first_trade=None, last_trade=None, created=None)
    assert act(api, imported, "undo").json()["detail"] == reversal.TOO_OLD


def test_a_kept_file_is_not_booked_yet(api: APIClient) -> None:
    kept = api.post("/api/imports/?name=kept.csv", CSV, content_type="text/csv").json()
    assert act(api, kept["id"], "undo").json()["detail"] == "It is not booked yet."
    assert api.get(f"/api/imports/{kept['id']}/").json()["state"] == "kept"


def test_another_imports_trades_stay(api: APIClient, imported: int) -> None:
    other = send(api, FILE.replace("fill-", "other-"), "repeated=book").json()["import"]
    act(api, imported, "undo")
    assert len(trades(other)) == 4


def test_an_undo_takes_corrections_back_and_a_redo_makes_them_again(api: APIClient, imported: int) -> None:
    before, ids = book(), trades(imported)
    wrong = FILE.replace(",1\n", ",1.01\n", 2) + "B,1,1,buy,2025-06-07T20:00:00Z,,\n"
    report = send(api, wrong, "corrections=true").json()
    assert (report["created"], report["corrected"], report["duplicates"]) == (1, 2, 2)
    corrected = book()
    answer = act(api, report["import"], "undo").json()
    assert (answer["trades"], answer["corrections"], answer["left"]) == (1, 2, 0)
    assert book() == before
    assert act(api, report["import"], "redo").json()["corrections"] == 2
    assert book() == corrected
    api.patch(f"{URL}{ids[0]}/", {"fee": "7"})
    answer = act(api, report["import"], "undo").json()
    assert (answer["corrections"], answer["left_trades"]) == (1, [ids[0]])
    assert [f"{fee:f}" for fee in Trade.objects.order_by("id").values_list("fee", flat=True)[:2]] == ["7", "1"]


def test_it_needs_all_its_accounts() -> None:
    keeper, reader, stranger = map(trader, ("keeper", "reader", "stranger"))
    vault = Account.objects.create(name="vault", currency_id="USD")
    for user, role in ((keeper, "trader"), (reader, "viewer")):
        Membership.objects.create(account=vault, user=user, role=role)
    clients = {user.username: by_token(token_of(user)) for user in (keeper, reader, stranger)}
    file = "ticker,price,quantity,side,timestamp,account\n" + "A,1,1,buy,2025-06-06T20:00:00Z,vault\n"
    number = send(clients["keeper"], f"{file}A,1,1,buy,2025-06-06T20:00:00Z,\n").json()["import"]
    assert act(clients["stranger"], number, "undo").status_code == 404
    refused = act(clients["reader"], number, "undo")
    assert (refused.status_code, "You may read the account vault" in refused.json()["detail"]) == (403, True)
    Membership.objects.filter(user=keeper).update(role="viewer")
    assert act(clients["keeper"], number, "undo").status_code == 403
    assert Trade.objects.count() == 2


def test_a_trade_that_was_moved_to_an_account_that_is_not_seen_is_counted_and_not_named() -> None:
    keeper, other = trader("keeper"), trader("other")
    vault = Account.objects.create(name="vault", currency_id="USD")
    Membership.objects.create(account=vault, user=keeper, role="trader")
    client = by_token(token_of(other))
    number = send(client, FILE).json()["import"]
    moved, edited, *_ = trades(number)
    api = by_token(token_of(keeper))
    assert api.patch(f"{URL}{moved}/", {"account": "vault"}).status_code == 200
    assert api.patch(f"{URL}{edited}/", {"note": "mine"}).status_code == 200
    answer = act(client, number, "undo").json()
    assert (answer["trades"], answer["left"], answer["left_trades"]) == (2, 2, [edited])


def test_a_trade_knows_its_import_and_lists_are_narrowed_to_it(api: APIClient, imported: int, fill: Any) -> None:
    alone = api.post(URL, fill).json()
    assert alone["import"] is None
    found = api.get(URL, {"import": imported}).json()["results"]
    assert {trade["import"] for trade in found} == {imported}
    assert sorted(trade["id"] for trade in found) == trades(imported)
    assert api.get(f"{URL}{found[0]['id']}/").json() == found[0]
    assert api.get(f"{URL}summary/", {"import": imported}).json()["count"] == 4
    assert len(api.get(f"{URL}export/", {"import": imported, "format": "csv"}).getvalue().splitlines()) == 5
    assert api.get(URL, {"import": 2**31 - 1}).json()["results"] == []
    assert api.get(URL, {"import": "x"}).status_code == 400
    api.delete(f"{URL}{found[0]['id']}/")
    assert api.post(f"{URL}{found[0]['id']}/restore/").json()["import"] == imported


def test_import_undo_redo_and_import_again_leave_the_book_as_it_should_be(api: APIClient) -> None:
    """UNDO_ROWS=100000 and -s show how long each takes."""
    rows = "".join(
        f"T{number % 50},{number}.25,{number % 7 + 1},buy,2025-06-{number % 28 + 1:02}T20:00:00Z,"
        f"{f'fill-{number}' if number % 2 else ''},\n"
        for number in range(1, MANY + 1)
    )
    file, took = HEADER + rows, {}

    def timed(name: str, carry_out: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        answer = carry_out().json()
        took[name] = time.perf_counter() - begun
        return answer

    assert send(api, f"{HEADER}Z,1,1,buy,2025-06-15T20:00:00Z,,\n").json()["created"] == 1
    empty = book()
    number = timed("import", lambda: send(api, file))["import"]
    full, content = book(), sorted(contents())
    assert timed("undo", lambda: act(api, number, "undo"))["trades"] == MANY
    assert book() == empty
    assert timed("redo", lambda: act(api, number, "redo"))["trades"] == MANY
    assert book() == full
    assert timed("same again", lambda: send(api, file))["duplicates"] == MANY
    grown = timed("grown", lambda: send(api, f"{file}Z,2,1,buy,2025-06-15T20:00:00Z,,\n"))
    assert (grown["created"], grown["repeated"] + grown["duplicates"]) == (1, MANY)
    act(api, grown["import"], "undo")
    assert book() == full
    timed("undo again", lambda: act(api, number, "undo"))
    assert timed("import again", lambda: send(api, file))["created"] == MANY
    assert sorted(contents()) == content
    print({name: f"{seconds:.1f} s" for name, seconds in took.items()})


def contents() -> list[tuple[Any, ...]]:
    return list(Trade.objects.values_list("ticker", "price", "quantity", "side", "timestamp", "external_id"))
