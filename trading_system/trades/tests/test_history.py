"""What a trade was, what became of it, when and by whom; and the book as it was."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.utils import InternalError
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from rest import instants
from rest.tests.clients import ApiClient
from trades import history
from trades.models import Trade, TradeEvent

from .book import FIRST, URL, found, record

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def events(api: APIClient, url: str) -> list[dict[str, Any]]:
    return api.get(f"{url}history/").json()["results"]


def test_a_trade_that_never_changed_has_no_events(api: APIClient, url: str) -> None:
    assert api.get(f"{url}history/").json() == {"next": None, "results": []}
    assert not TradeEvent.objects.exists()


def test_each_change_says_what_was_what_became_of_it_and_when(api: APIClient, trade: dict[str, Any], url: str) -> None:
    second = api.patch(url, {"price": "1.50"}).json()
    third = api.patch(url, {"note": 'a "note"', "external_id": "x"}).json()
    assert events(api, url) == [
        {"event": "update", "at": third["updated_at"], "by": None, "before": second, "after": third},
        {"event": "update", "at": second["updated_at"], "by": None, "before": trade, "after": second},
    ]


def test_a_deletion_is_an_event_and_the_history_stays(api: APIClient, trade: dict[str, Any], url: str) -> None:
    changed = api.patch(url, {"price": "2"}).json()
    api.delete(url)
    deleted, updated = events(api, url)
    assert (deleted["event"], deleted["before"], deleted["after"]) == ("delete", changed, None)
    assert deleted["at"] > changed["updated_at"]
    assert (updated["before"], updated["after"]) == (trade, changed)


def test_more_digits_are_a_change_and_the_same_again_is_none(api: APIClient, trade: dict[str, Any], url: str) -> None:
    assert api.put(url, trade).json() == trade
    assert events(api, url) == []
    assert api.patch(url, {"price": "170.250"}).json()["updated_at"] > trade["updated_at"]
    assert [event["before"]["price"] for event in events(api, url)] == ["170.25"]


def test_changes_by_sql_and_of_many_at_once_are_events_too(api: APIClient, trade: dict[str, Any], url: str) -> None:
    Trade.objects.update(price=3)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trades_trade SET updated_at = '2000-01-01', created_at = '2000-01-01', side = 'sell'")
        cursor.execute("DELETE FROM trades_trade")
    assert [event["event"] for event in events(api, url)] == ["delete", "update", "update"]
    last = events(api, url)[0]["before"]
    assert (last["price"], last["side"], last["created_at"]) == ("3", "sell", trade["created_at"])
    assert last["updated_at"] > trade["updated_at"]


def test_it_names_who_is_logged_in(api: APIClient, url: str, trade: dict[str, Any], fill: dict[str, Any]) -> None:
    User.objects.create_superuser("alice", password="secret")
    browser = Client()
    browser.login(username="alice", password="secret")
    form = {**fill, "timestamp": "2025-06-06 20:00:00", "price": "5", "fee": "0", "note": "", "account": "1"}
    browser.post(f"/admin/trades/trade/{trade['id']}/change/", form)
    assert [(event["by"], event["after"]["price"]) for event in events(api, url)] == [("alice", "5")]


def test_the_history_cannot_be_changed(api: APIClient, url: str) -> None:
    api.patch(url, {"price": "2"})
    with pytest.raises(InternalError, match="Cannot update or delete"):
        TradeEvent.objects.all().delete()


@pytest.mark.parametrize("id_", ["0", "99999999", "9223372036854775808", "x", "٣"])
def test_a_trade_that_never_was_has_no_history(api: APIClient, id_: str) -> None:
    assert api.get(f"{URL}{id_}/history/").status_code == 404


def test_a_long_history_has_pages(api: APIClient, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    for price in range(1, 6):
        api.patch(url, {"price": str(price)})
    link, seen = f"{url}history/", []
    while link:
        page = api.get(link).json()
        seen.append([event["after"]["price"] for event in page["results"]])
        link = page["next"]
    assert seen == [["5", "4"], ["3", "2"], ["1"]]


@pytest.mark.parametrize("cursor", ["", "1", "1:x", "%00"])
def test_a_cursor_that_was_not_given_out_is_refused(api: APIClient, url: str, cursor: str) -> None:
    assert api.get(f"{url}history/?cursor={cursor}").status_code == 400


def test_a_cursor_of_a_list_is_none_of_a_history(api: APIClient, url: str) -> None:
    record(FIRST)
    of_the_list = parse_qs(urlsplit(api.get(URL, {"page_size": "1"}).json()["next"]).query)["cursor"]
    assert api.get(f"{url}history/", {"cursor": of_the_list}).status_code == 400


def test_versions_follow_each_other_though_the_clock_was_set_back(
    api: APIClient, trade: dict[str, Any], url: str
) -> None:
    ahead = timezone.now() + timedelta(hours=1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE trades_trade DISABLE TRIGGER USER")
        cursor.execute("UPDATE trades_trade SET updated_at = %s", [ahead])
        cursor.execute("ALTER TABLE trades_trade ENABLE TRIGGER USER")
    changed = api.patch(url, {"price": "2"}).json()
    api.delete(url)
    assert changed["updated_at"] == instants.render(ahead + TICK)
    assert [event["at"] for event in events(api, url)] == [changed["updated_at"]] * 2
    assert found(api, as_of=instants.render(ahead)) == [trade["id"]]
    assert found(api, as_of=changed["updated_at"]) == []


def test_the_book_as_it_was_before_a_change_and_after_a_deletion(
    api: APIClient, trade: dict[str, Any], url: str
) -> None:
    changed = api.patch(url, {"price": "2", "ticker": "MSFT"}).json()
    api.delete(url)
    deleted = events(api, url)[0]["at"]

    def book(at: str, shift: timedelta = timedelta(0), **parameters: str) -> list[dict[str, Any]]:
        instant = (datetime.fromisoformat(at) + shift).isoformat()
        return api.get(URL, {"as_of": instant, "count": "true", **parameters}).json()["results"]

    assert book(trade["created_at"], -TICK) == []
    assert book(trade["created_at"]) == book(changed["updated_at"], -TICK) == [trade]
    assert book(changed["updated_at"]) == book(deleted, -TICK) == [changed]
    assert book(deleted) == []
    assert book(changed["updated_at"], ticker="AAPL") == []
    assert book(changed["updated_at"], ticker="AAPL,MSFT") == [changed]


def test_as_of_a_date_is_the_end_of_it(api: APIClient, trade: dict[str, Any]) -> None:
    assert found(api, as_of="2025-06-06") == []
    assert found(api, as_of=trade["created_at"][:10]) == [trade["id"]]


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from(["add", "change", "delete"]), st.integers(0, 5)), max_size=25), st.data())
def test_the_book_at_any_instant_is_what_a_copy_of_it_was(steps: list[tuple[str, int]], data: st.DataObject) -> None:
    """A copy of the whole book is kept after each step; then each is asked for, in pages."""
    api = ApiClient()
    Trade.objects.all().delete()
    copies = [(now(), listing(api))]
    for number, (step, choice) in enumerate(steps):
        trades = list(Trade.objects.order_by("id"))
        if step == "add" or not trades:
            record(FIRST + timedelta(seconds=choice), ticker=f"T{choice}")
        elif step == "change":
            Trade.objects.filter(pk=trades[choice % len(trades)].pk).update(price=number + 2, ticker=f"T{choice}")
        else:
            trades[choice % len(trades)].delete()
        copies.append((now(), listing(api)))
    instant, copy = data.draw(st.sampled_from(copies))
    assert listing(api, as_of=instant.isoformat(), page_size="3") == copy
    chosen = [trade for trade in copy if trade["ticker"] in ("T1", "T2")]
    assert listing(api, as_of=instant.isoformat(), ticker="T1,T2", page_size="2") == chosen


def now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def listing(api: APIClient, **parameters: str) -> list[dict[str, Any]]:
    page, trades = api.get(URL, parameters).json(), []
    while True:
        trades += page["results"]
        if not page["next"]:
            return trades
        page = api.get(page["next"]).json()


def test_saving_a_trade_in_the_admin_as_it_is_changes_nothing(
    api: APIClient, fill: dict[str, Any], admin_client: Client
) -> None:
    trade = api.post(URL, fill | {"note": " spaces around ", "price": "1.50"}).json()
    address = f"/admin/trades/trade/{trade['id']}/change/"
    shown = admin_client.get(address).context["adminform"].form
    form = {name: "" if value is None else value for name, value in shown.initial.items()}
    admin_client.post(address, form | {"timestamp": "2025-06-06 20:00:00"})
    assert events(api, f"{URL}{trade['id']}/") == []
