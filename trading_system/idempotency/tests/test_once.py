"""POST with an Idempotency-Key: carried out once, however often it is sent."""

from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from idempotency import keys
from idempotency.models import IdempotencyKey
from trades.models import Import, Trade

from .retries import BULK, CSV, FILL, URL, is_replayed, post, send

pytestmark = pytest.mark.django_db


def seen(answer: Any) -> tuple[int, bytes, str | None, str | None]:
    """What a client sees of an answer."""
    return answer.status_code, answer.content, answer.get("Location"), answer.get("ETag")


def test_a_retry_gets_the_same_answer_and_a_header_that_says_so(api: APIClient) -> None:
    first = post(api)
    again = post(api)
    assert (first.status_code, is_replayed(first), is_replayed(again)) == (201, False, True)
    assert seen(again) == seen(first)
    assert first["Location"].endswith(f"/api/trades/{first.json()['id']}/")
    assert first["ETag"]
    assert Trade.objects.count() == 1


def test_the_answer_is_what_it_was_whatever_became_of_the_trade(api: APIClient) -> None:
    first = post(api)
    api.delete(first["Location"])
    assert seen(post(api)) == seen(first)
    assert not Trade.objects.exists()


def test_without_a_key_two_are_two(api: APIClient) -> None:
    assert [api.post(URL, FILL).status_code for _ in range(2)] == [201, 201]
    assert (Trade.objects.count(), IdempotencyKey.objects.count()) == (2, 0)


def test_another_key_is_another_request(api: APIClient) -> None:
    assert post(api).json()["id"] != post(api, key="key-2").json()["id"]
    assert post(api, key="KEY-1").status_code == 201
    assert Trade.objects.count() == 3


def test_the_same_key_at_another_address_is_another_request(api: APIClient) -> None:
    assert (post(api).status_code, send(api).status_code) == (201, 201)
    assert IdempotencyKey.objects.count() == 2


@pytest.mark.parametrize("slash", ["", "/"])
def test_an_address_is_the_same_without_its_slash(api: APIClient, slash: str) -> None:
    first = post(api)
    assert seen(post(api, url=f"/api/trades{slash}")) == seen(first)


def test_the_same_key_with_another_request_is_an_error(api: APIClient) -> None:
    post(api)
    others = [
        post(api, FILL | {"price": "170.26"}),
        post(api, FILL, url=f"{URL}?format=json"),
        post(api, FILL, format="multipart"),
        post(api, {}),
    ]
    assert [answer.status_code for answer in others] == [422] * 4
    assert [list(answer.json()) for answer in others] == [["detail"]] * 4
    assert Trade.objects.count() == 1


def test_what_was_refused_may_be_mended_and_sent_again(api: APIClient) -> None:
    assert post(api, FILL | {"quantity": 0}).status_code == 400
    assert (
        api.generic("POST", URL, "{", content_type="application/json", headers={"idempotency-key": "key-1"}).status_code
        == 400
    )
    assert not IdempotencyKey.objects.exists()
    answer = post(api)
    assert (answer.status_code, is_replayed(answer)) == (201, False)


def test_a_conflict_is_not_stored_and_a_trade_that_was_there_is(api: APIClient) -> None:
    api.post(URL, FILL | {"external_id": "x"})
    assert post(api, FILL | {"external_id": "x", "price": "1"}).status_code == 409
    found = post(api, FILL | {"external_id": "x"})
    assert (found.status_code, is_replayed(found)) == (200, False)
    again = post(api, FILL | {"external_id": "x"})
    assert (seen(again), is_replayed(again)) == (seen(found), True)


@pytest.mark.parametrize("key", ["", " ", " key", "key ", "k\ty", "k\ny", "clé", "k" * 256, "🚀", "\x00", "\x7f"])
@pytest.mark.parametrize("url", [URL, BULK])
def test_it_refuses_keys_that_are_none(api: APIClient, key: str, url: str) -> None:
    answer = post(api, key=key) if url == URL else send(api, key=key)
    assert (answer.status_code, list(answer.json())) == (400, ["Idempotency-Key"])
    assert not Trade.objects.exists()


@pytest.mark.parametrize(
    "key", ["k", "k" * 255, '"8e03978e-40d5-43e8-bc93-6894a57f9324"', "a, b", "'; DROP TABLE trades_trade; --"]
)
def test_any_other_text_is_a_key(api: APIClient, key: str) -> None:
    first = post(api, key=key)
    assert first.status_code == 201
    assert seen(post(api, key=key)) == seen(first)
    assert IdempotencyKey.objects.get().key == key
    assert str(IdempotencyKey.objects.get()) == f"{key} of None POST /api/trades/"


def test_a_key_of_other_methods_means_nothing(api: APIClient) -> None:
    trade = api.post(URL, FILL).json()
    for _ in range(2):
        answer = api.patch(f"{URL}{trade['id']}/", {"price": "1"}, headers={"idempotency-key": ""})
        assert (answer.status_code, is_replayed(answer)) == (200, False)


def test_a_file_is_read_once(api: APIClient) -> None:
    first = send(api)
    again = send(api)
    assert (first.status_code, first.json()["created"]) == (201, 1)
    assert (seen(again), is_replayed(again)) == (seen(first), True)
    assert send(api, options="again=true").status_code == 422
    assert send(api, CSV + "\n").status_code == 422
    assert send(api, CSV, content_type="text/csv; charset=utf-8").status_code == 422
    other = send(api, CSV, "key-2")
    assert (other.status_code, other.json()["duplicates"], is_replayed(other)) == (200, 1, False)
    assert (Trade.objects.count(), Import.objects.count()) == (1, 1)


def test_a_file_that_was_refused_may_be_mended_and_sent_again(api: APIClient) -> None:
    assert send(api, CSV + "AAPL,1,0,buy\n").status_code == 400
    assert send(api, CSV + '"').status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert send(api, CSV + "AAPL,1,0,buy\n", options="on_error=skip").status_code == 201
    assert send(api, CSV + "AAPL,1,0,buy\n", options="on_error=skip").json()["failed"] == 1


def test_the_answer_is_stored_with_the_trade_or_neither_is(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any) -> None:
        raise RuntimeError("the power is out")

    monkeypatch.setattr(keys, "store", fail)
    with pytest.raises(RuntimeError):
        post(api)
    assert not Trade.objects.exists()
    monkeypatch.undo()
    with transaction.atomic():
        assert post(api).status_code == 201
        transaction.set_rollback(True)
    assert not IdempotencyKey.objects.exists()
    assert (post(api).status_code, Trade.objects.count()) == (201, 1)
