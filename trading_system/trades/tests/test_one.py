"""GET, PUT, PATCH and DELETE of /api/trades/{id}/, and methods that do not exist."""

import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from rest_framework.test import APIClient

from trades.models import Trade

from .book import URL

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["nothing/", "nothing", "trades/1/nothing/", "schema/nothing/", "/", "a%0Ab/", "%20"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_is_none_is_answered_in_json(api: APIClient, method: str, path: str) -> None:
    answer = getattr(api, method)(f"/api/{path}")
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])
    page = getattr(api, method)(f"/api/{path}", headers={"accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_a_trade_is_read_by_its_id(api: APIClient, trade: dict[str, Any], url: str) -> None:
    assert api.get(url).json() == trade


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "id_", ["0", "00", "99999999", "9223372036854775808", "9999999999999999999", "٣", "-1", "x", "1e1", "%00"]
)
def test_an_unknown_id_is_not_found(api: APIClient, fill: dict[str, Any], method: str, id_: str) -> None:
    answer = getattr(api, method)(f"{URL}{id_}/", fill if method in ("put", "patch") else None)
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_arabic_digits_are_no_id(api: APIClient, trade: dict[str, Any]) -> None:
    arabic = str(trade["id"]).translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
    assert api.get(f"{URL}{arabic}/").status_code == 404


def test_an_id_has_no_leading_zero(api: APIClient, trade: dict[str, Any]) -> None:
    assert api.get(f"{URL}0{trade['id']}/").status_code == 404


def test_put_replaces_the_whole_trade(api: APIClient, fill: dict[str, Any], trade: dict[str, Any], url: str) -> None:
    answer = api.put(url, fill | {"ticker": "msft", "price": "1.50"})
    assert answer.status_code == 200
    assert answer.json() == trade | {"ticker": "MSFT", "price": "1.50", "updated_at": answer.json()["updated_at"]}
    assert api.get(url).json() == answer.json()


def test_what_was_read_can_be_put_back(api: APIClient, trade: dict[str, Any], url: str) -> None:
    assert api.put(url, trade).status_code == 200


def test_put_needs_every_field(api: APIClient, url: str) -> None:
    answer = api.put(url, {"price": "1"})
    assert (answer.status_code, set(answer.json())) == (400, {"ticker", "quantity", "side"})


def test_patch_changes_one_field_and_the_time_of_change(api: APIClient, trade: dict[str, Any], url: str) -> None:
    changed = api.patch(url, {"quantity": "11"}).json()
    assert changed == trade | {"quantity": "11", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > trade["updated_at"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("method", "change"), [("patch", {"price": "1"}), ("delete", None)])
def test_changes_at_once_wait_for_each_other(
    api: APIClient, trade: dict[str, Any], url: str, method: str, change: dict[str, str] | None
) -> None:
    """What the first did is not undone by the second, which read the trade before the first was done."""
    statuses: list[int] = []

    def second() -> None:
        statuses.append(getattr(api, method)(url, change).status_code)
        connection.close()

    waiting = threading.Thread(target=second)
    with transaction.atomic():
        row = Trade.objects.select_for_update().get()
        waiting.start()
        while not blocked():
            assert waiting.is_alive()
        if method == "delete":
            row.delete()
        else:
            row.quantity = Decimal(99)
            row.save()
    waiting.join()
    if method == "delete":
        assert statuses == [404]
    else:
        assert [statuses, api.get(url).json()["quantity"]] == [[200], "99"]


def blocked() -> bool:
    """Whether some connection waits for a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None


@pytest.mark.parametrize(
    "change", [{"quantity": "0"}, {"side": "hold"}, {"timestamp": "2999-01-01T00:00:00Z"}, {"ticker": "A;B"}]
)
def test_a_bad_change_is_refused_and_changes_nothing(
    api: APIClient, trade: dict[str, Any], url: str, change: dict[str, Any]
) -> None:
    answer = api.patch(url, change)
    assert (answer.status_code, list(answer.json())) == (400, list(change))
    assert api.get(url).json() == trade


def test_delete_removes_the_trade(api: APIClient, url: str) -> None:
    assert api.delete(url).status_code == 204
    assert api.get(url).status_code == 404
    assert not Trade.objects.exists()


def test_the_whole_ledger_cannot_be_deleted(api: APIClient, trade: dict[str, Any]) -> None:
    assert api.delete(URL).status_code == 405
    assert Trade.objects.exists()


@pytest.mark.parametrize(
    ("method", "url"), [("put", URL), ("patch", f"{URL}bulk/"), ("get", f"{URL}bulk/"), ("post", f"{URL}summary/")]
)
def test_a_method_that_is_not_there_is_what_is_wrong_whatever_parameters_there_are(
    api: APIClient, method: str, url: str
) -> None:
    assert getattr(api, method)(f"{url}?x=1").status_code == 405
