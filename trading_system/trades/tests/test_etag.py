"""Versions of a trade: nobody's change is lost to somebody who had not seen it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from trades.models import Trade

from .book import FIRST, URL, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def etag(api: APIClient, fill: dict[str, Any]) -> str:
    """Of the one trade that there is."""
    return api.post(URL, fill)["ETag"]


@pytest.fixture
def url(etag: str) -> str:
    return f"{URL}{Trade.objects.get().pk}/"


def test_all_who_answer_a_trade_agree_on_its_etag(api: APIClient, etag: str, url: str) -> None:
    assert api.get(url)["ETag"] == etag
    changed = api.patch(url, {"price": "1"})["ETag"]
    assert changed != etag
    assert api.get(url)["ETag"] == changed == api.put(url, api.get(url).json())["ETag"]


@pytest.mark.parametrize(("method", "status"), [("put", 200), ("patch", 200), ("delete", 204)])
def test_a_change_to_what_has_changed_since_is_refused(
    api: APIClient, etag: str, url: str, method: str, status: int, fill: dict[str, Any]
) -> None:
    seen = api.patch(url, {"price": "1"})
    answer = getattr(api, method)(url, fill, headers={"If-Match": etag})
    assert (answer.status_code, list(answer.json())) == (412, ["detail"])
    assert api.get(url).json() == seen.json()
    assert getattr(api, method)(url, fill, headers={"If-Match": seen["ETag"]}).status_code == status


@pytest.mark.parametrize("header", ["*", '"x", {etag}', "{etag}"])
def test_if_match_may_name_several_or_any(api: APIClient, etag: str, url: str, header: str) -> None:
    assert api.patch(url, {"price": "1"}, headers={"If-Match": header.format(etag=etag)}).status_code == 200


@pytest.mark.parametrize("header", ["", "x", '"x"', 'W/"x"', "\x01", '"' * 1000])
def test_if_match_that_names_no_version_is_refused(api: APIClient, url: str, header: str) -> None:
    assert api.patch(url, {"price": "1"}, headers={"If-Match": header}).status_code == 412


def test_who_has_the_version_already_is_not_sent_it_again(api: APIClient, etag: str, url: str) -> None:
    answer = api.get(url, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
    assert api.get(url, headers={"If-None-Match": f'"x", W/{etag}'}).status_code == 304
    assert api.get(url, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_weak_etag_is_no_promise_to_change_what_was_seen(api: APIClient, etag: str, url: str) -> None:
    assert api.patch(url, {"price": "1"}, headers={"If-Match": f"W/{etag}"}).status_code == 412


def test_trades_of_one_instant_have_etags_of_their_own(api: APIClient) -> None:
    one, two = record(FIRST, FIRST)
    assert one.updated_at == two.updated_at
    etags = [api.get(f"{URL}{trade.pk}/")["ETag"] for trade in (one, two)]
    assert len(set(etags)) == 2
