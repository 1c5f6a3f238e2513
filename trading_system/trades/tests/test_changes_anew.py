"""When a cursor does not hold any more: of another ledger, of another server, or of other accounts."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from rest_framework.test import APIClient

from reference.managers import ALL
from reference.tests.accounts_api import Person, add, person
from trades import changes
from trades.change_lines import BEHIND, SCANNED
from trades.changes import BeginAnew, changes_after, present_place
from trades.models import Ledger, Trade
from trades.places import Place

from .book import TRADE
from .book import URL as TRADES
from .followers import URL, Follower, book

pytestmark = pytest.mark.django_db(transaction=True)
OTHER_LEDGER = {
    "detail": "Begin anew, without a cursor: the ledger was restored, or is another one than that of the cursor."
}
OTHER_ACCOUNTS = {"detail": "Begin anew, without a cursor: the accounts are no longer those of the cursor."}


@pytest.fixture
def robin(settings: Any) -> Person:
    settings.LOGIN_REQUIRED = True
    return person("robin", "trader")


@pytest.fixture
def kim(robin: Person) -> Person:
    return person("kim", "trader")


def refusal(follower: Follower) -> Any:
    answer = follower.api.get(URL, follower.parameters)
    assert answer.status_code == 409, answer.content
    return answer.json()


def begin(follower: Follower) -> Follower:
    """The same from the beginning."""
    own = {name: value for name, value in follower.parameters.items() if name not in ("after", "page_size")}
    anew = Follower(follower.api, **own)
    anew.catch_up()
    return anew


def test_others_do_not_see_what_happens_in_an_account(robin: Person, kim: Person) -> None:
    add(robin.api, robin.trades, name="private")
    trade = robin.api.post(TRADES, TRADE | {"account": "private"}).json()
    robin.api.patch(f"{TRADES}{trade['id']}/", {"note": "secret"})
    robin.api.delete(f"{TRADES}{trade['id']}/")
    assert Follower(kim.api).catch_up() == []
    assert len(Follower(robin.api).catch_up()) == 3


def test_a_page_looks_through_so_many_changes_of_others(
    robin: Person, kim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "BEHIND", BEHIND.replace(str(SCANNED), "3"))
    add(robin.api, robin.trades, name="private")
    for account in ("private", "private", "private", "private", "main", "private"):
        robin.api.post(TRADES, TRADE | {"account": account})
    follower = Follower(kim.api)
    assert (follower.read(), follower.more) == ([], True)
    assert (len(follower.read()), follower.more) == (1, True)
    assert (follower.read(), follower.more) == ([], False)
    assert follower.copy == book(kim.api)


def test_a_trade_that_moves_out_of_sight_is_deleted(robin: Person, kim: Person) -> None:
    add(robin.api, robin.trades, name="private")
    trade = robin.api.post(TRADES, TRADE | {"external_id": "fill-1"}).json()
    url = f"{TRADES}{trade['id']}/"
    follower, own = Follower(kim.api), Follower(robin.api)
    follower.catch_up(), own.catch_up()
    moved = robin.api.patch(url, {"account": "private", "external_id": "secret"}).json()
    [change] = follower.catch_up()
    assert change == {
        "change": "delete", "at": moved["updated_at"],
        "trade": {"id": trade["id"], "external_id": "fill-1", "account": "main"},
    }  # fmt: skip
    assert [one["change"] for one in own.catch_up()] == ["update"]
    robin.api.patch(url, {"note": "still out of sight"})
    robin.api.delete(url)
    assert follower.catch_up() == []
    assert own.catch_up()[-1]["trade"] == {"id": trade["id"], "external_id": "secret", "account": "private"}


def test_one_that_comes_into_sight_is_told_whole(robin: Person, kim: Person) -> None:
    add(robin.api, robin.trades, name="private")
    trade = robin.api.post(TRADES, TRADE | {"account": "private"}).json()
    follower = Follower(kim.api)
    follower.catch_up()
    follower.copy[trade["id"]] = {}  # an update, of which it has heard nothing before
    robin.api.patch(f"{TRADES}{trade['id']}/", {"account": "main"})
    follower.catch_up()
    assert follower.copy == book(kim.api)


def test_one_account_is_followed_alone(api: APIClient) -> None:
    add(api)
    trade = api.post(TRADES, TRADE).json()
    api.post(TRADES, TRADE | {"account": "savings"})
    main = Follower(api, account="main")
    assert main.kinds() == [("insert", trade["id"])]
    api.patch(f"{TRADES}{trade['id']}/", {"account": "savings"})
    assert main.kinds() == [("delete", trade["id"])]


def test_an_account_that_is_new_is_followed_as_well(api: APIClient) -> None:
    follower = Follower(api)
    follower.catch_up()
    add(api)
    trade = api.post(TRADES, TRADE | {"account": "savings"}).json()
    assert follower.kinds() == [("insert", trade["id"])]


def test_begin_anew_when_an_account_was_given(robin: Person, kim: Person) -> None:
    account = add(robin.api, robin.trades, name="private")
    robin.api.post(TRADES, TRADE | {"account": "private"})
    follower = Follower(kim.api)
    follower.catch_up()
    robin.api.patch(account["address"], {"members": [robin.trades, kim.views]})
    assert refusal(follower) == OTHER_ACCOUNTS
    assert begin(follower).copy == book(kim.api)


def test_begin_anew_when_an_account_was_taken(robin: Person, kim: Person) -> None:
    account = add(robin.api, robin.trades, kim.views, name="shared")
    robin.api.post(TRADES, TRADE | {"account": "shared"})
    follower = Follower(kim.api)
    follower.catch_up()
    robin.api.patch(account["address"], {"members": [robin.trades]})
    assert refusal(follower) == OTHER_ACCOUNTS
    assert begin(follower).copy == {}


def test_a_new_name_of_an_account_is_no_reason(api: APIClient) -> None:
    account = add(api)
    follower = Follower(api)
    follower.catch_up()
    api.patch(account["address"], {"name": "pension"})
    trade = api.post(TRADES, TRADE | {"account": "pension"}).json()
    assert follower.kinds() == [("insert", trade["id"])]


def test_a_cursor_is_of_the_accounts_that_were_named(api: APIClient) -> None:
    add(api)
    follower = Follower(api, account="main")
    follower.catch_up()
    for account in ("savings", "main,savings"):
        follower.parameters["account"] = account
        assert refusal(follower) == OTHER_ACCOUNTS
    del follower.parameters["account"]
    assert refusal(follower) == OTHER_ACCOUNTS


def test_another_ledger_begins_anew(api: APIClient) -> None:
    trade = api.post(TRADES, TRADE).json()
    api.patch(f"{TRADES}{trade['id']}/", {"note": "changed"})
    api.delete(f"{TRADES}{trade['id']}/")
    api.post(f"{TRADES}{trade['id']}/restore/")
    follower = Follower(api)
    before = follower.catch_up()
    call_command("begin_changes", verbosity=0)
    assert refusal(follower) == OTHER_LEDGER
    anew = Follower(api, 1)
    assert anew.catch_up() == before
    other = api.post(TRADES, TRADE).json()
    api.patch(f"{TRADES}{trade['id']}/", {"note": "again"})
    assert anew.kinds() == [("insert", other["id"]), ("update", trade["id"])]
    assert anew.copy == book(api)


def test_it_keeps_the_indexes_that_changes_are_read_by(api: APIClient) -> None:
    query = "SELECT indexdef FROM pg_indexes WHERE tablename ~ '^trades_' AND indexdef ~ 'xid' ORDER BY 1"
    with connection.cursor() as cursor:
        cursor.execute(query)
        before = cursor.fetchall()
        call_command("begin_changes", verbosity=0)
        cursor.execute(query)
        assert cursor.fetchall() == before
    assert len(before) == 3


def test_of_another_server_nothing_is_answered_until_it_has_begun(api: APIClient) -> None:
    Ledger.objects.update(system=1)
    answer = api.get(URL)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "begin_changes" in answer.json()["detail"]
    call_command("begin_changes", verbosity=0)
    assert api.get(URL).status_code == 200


def test_a_place_can_be_kept_and_is_of_its_ledger(api: APIClient) -> None:
    place = Place.parse(present_place().text())
    trade = api.post(TRADES, TRADE).json()
    [line] = changes_after(place, ALL, 10).lines
    assert f'"id":{trade["id"]}' in line
    call_command("begin_changes", verbosity=0)
    with pytest.raises(BeginAnew):
        changes_after(place, ALL, 10)


def test_a_place_in_the_future_is_of_a_server_that_has_lost_something() -> None:
    place = present_place()
    with pytest.raises(BeginAnew):
        changes_after(Place(place.xid + 1, ledger=place.ledger), ALL, 10)


def test_a_flushed_ledger_is_another(api: APIClient) -> None:
    Trade.objects.create(ticker="A", price=1, quantity=1, side="buy")
    follower = Follower(api)
    follower.catch_up()
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    assert refusal(follower) == OTHER_LEDGER
