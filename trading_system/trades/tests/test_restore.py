"""Deleted trades are put back as they were, and their history tells it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from trades.models import Trade

from .book import URL

pytestmark = pytest.mark.django_db
UNVERSIONED = {"updated_at": None}


def test_a_deleted_trade_is_back_as_it_was_in_a_new_version(api: APIClient, trade: dict[str, Any], url: str) -> None:
    api.delete(url)
    answer = api.post(f"{url}restore/")
    assert answer.status_code == 200
    assert answer.json() | UNVERSIONED == trade | UNVERSIONED
    assert answer.json()["updated_at"] > trade["updated_at"]
    read = api.get(url)
    assert (read.json(), read["ETag"]) == (answer.json(), answer["ETag"])


def test_deletion_and_restoration_are_both_in_its_history(api: APIClient, trade: dict[str, Any], url: str) -> None:
    api.delete(url)
    restored = api.post(f"{url}restore/").json()
    changed = api.patch(url, {"note": "x"}).json()
    events = api.get(f"{url}history/").json()["results"]
    assert [(event["event"], event["before"], event["after"]) for event in events] == [
        ("update", restored, changed),
        ("restore", None, restored),
        ("delete", trade, None),
    ]
    assert [event["at"] for event in events] == sorted((event["at"] for event in events), reverse=True)


def test_of_several_deletions_the_last_is_undone(api: APIClient, trade: dict[str, Any], url: str) -> None:
    api.delete(url)
    api.post(f"{url}restore/")
    api.patch(url, {"price": "1.23"})
    api.delete(url)
    assert api.post(f"{url}restore/").json()["price"] == "1.23"


def test_the_book_as_it_was_in_between_has_no_such_trade(api: APIClient, trade: dict[str, Any], url: str) -> None:
    api.delete(url)
    [deleted] = api.get(f"{url}history/").json()["results"]
    api.post(f"{url}restore/")
    assert api.get(URL, {"as_of": deleted["at"]}).json()["results"] == []
    assert len(api.get(URL, {"as_of": trade["updated_at"]}).json()["results"]) == 1
    assert len(api.get(URL).json()["results"]) == 1


def test_a_trade_that_is_there_is_not_restored(api: APIClient, url: str) -> None:
    answer = api.post(f"{url}restore/")
    assert (answer.status_code, answer.json()) == (409, {"detail": "The trade is in the ledger."})


def test_a_trade_that_never_was_is_not_found(api: APIClient) -> None:
    assert api.post(f"{URL}12345/restore/").status_code == 404
    assert api.post(f"{URL}x/restore/").status_code == 404


def test_its_external_id_may_be_another_trades_by_now(api: APIClient, trade: dict[str, Any], url: str) -> None:
    api.patch(url, {"external_id": "x"})
    api.delete(url)
    new = {name: trade[name] for name in ("ticker", "price", "quantity", "side")}
    assert api.post(URL, new | {"external_id": "x"}).status_code == 201
    answer = api.post(f"{url}restore/")
    assert (answer.status_code, answer.json()) == (409, {"external_id": ["Another trade has it."]})
    assert Trade.objects.count() == 1
