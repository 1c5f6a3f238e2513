"""A trade's external_id: the same fill again changes nothing, and another one may not have its name."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from rest.tests.clients import ApiClient
from trades import report
from trades.models import Import, Trade

from .book import URL
from .files import FILL, HEADER, counts, send

pytestmark = pytest.mark.django_db
Together = Callable[..., list[Any]]


@pytest.fixture
def named(fill: dict[str, Any]) -> dict[str, Any]:
    return fill | {"fee": "0.50", "external_id": "fill-1", "note": "first"}


def test_the_same_content_again_answers_the_trade_that_is_there(api: APIClient, named: dict[str, Any]) -> None:
    first = api.post(URL, named)
    again = api.post(URL, named)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again["ETag"] == first["ETag"]
    assert "Location" not in again
    assert Trade.objects.count() == 1


@pytest.mark.parametrize(
    "same",
    [
        {"ticker": "aapl "}, {"price": "170.2500"}, {"price": 170.25}, {"quantity": "1e1"}, {"side": "BUY"},
        {"timestamp": "2025-06-06T22:00:00+02:00"}, {"note": ""}, {"fee": 0.5}, {"id": 7, "created_at": "x"},
    ],
)  # fmt: skip
def test_the_same_content_in_other_words_is_the_same(
    api: APIClient, named: dict[str, Any], same: dict[str, Any]
) -> None:
    api.post(URL, named)
    answer = api.post(URL, named | same)
    assert (answer.status_code, answer.json()["note"]) == (200, "first")


@pytest.mark.parametrize("left_out", ["timestamp", "fee", "note"])
def test_fields_that_are_left_out_are_not_compared(api: APIClient, named: dict[str, Any], left_out: str) -> None:
    first = api.post(URL, named).json()
    del named[left_out]
    answer = api.post(URL, named)
    assert (answer.status_code, answer.json()) == (200, first)


@pytest.mark.parametrize(
    "other",
    [
        {"ticker": "MSFT"}, {"price": "170.26"}, {"quantity": "11"}, {"side": "sell"}, {"note": "second"}, {"fee": "0"}, {"fee": "-0.50"},
        {"timestamp": "2025-06-06T20:00:00.000001Z"},
    ],
)  # fmt: skip
def test_another_content_is_a_conflict(api: APIClient, named: dict[str, Any], other: dict[str, Any]) -> None:
    first = api.post(URL, named).json()
    answer = api.post(URL, named | other)
    assert (answer.status_code, answer.json()) == (409, {"external_id": ["Another trade has it."]})
    assert api.get(f"{URL}{first['id']}/").json() == first


def test_case_makes_another_name(api: APIClient, named: dict[str, Any]) -> None:
    api.post(URL, named)
    assert api.post(URL, named | {"external_id": "FILL-1", "price": "1"}).status_code == 201


@pytest.mark.parametrize("nobody", [{}, {"external_id": None}, {"external_id": ""}])
def test_many_trades_may_have_none(api: APIClient, fill: dict[str, Any], nobody: dict[str, Any]) -> None:
    answers = [api.post(URL, fill | nobody) for _ in range(2)]
    assert [(answer.status_code, answer.json()["external_id"]) for answer in answers] == [(201, None)] * 2


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_trade_cannot_take_the_name_of_another(api: APIClient, named: dict[str, Any], method: str) -> None:
    api.post(URL, named)
    other = api.post(URL, named | {"external_id": "fill-2"}).json()
    answer = getattr(api, method)(f"{URL}{other['id']}/", named)
    assert (answer.status_code, answer.json()) == (409, {"external_id": ["Another trade has it."]})
    assert api.get(f"{URL}{other['id']}/").json() == other
    assert getattr(api, method)(f"{URL}{other['id']}/", named | {"external_id": "fill-3"}).status_code == 200


def test_a_name_is_free_again_after_its_trade(api: APIClient, named: dict[str, Any]) -> None:
    trade = api.post(URL, named).json()
    api.delete(f"{URL}{trade['id']}/")
    assert api.post(URL, named | {"price": "1"}).status_code == 201


@pytest.mark.parametrize("external_id", ["a\nb", " a", "a ", "ü", "x" * 101, "a\x7f", 7, True, [], "\x00", "  "])
def test_it_refuses_names_that_nobody_can_see_or_type(api: APIClient, fill: dict[str, Any], external_id: Any) -> None:
    answer = api.post(URL, fill | {"external_id": external_id})
    assert (answer.status_code, list(answer.json())) == (400, ["external_id"])


def test_sql_in_it_is_a_name_like_any_other(api: APIClient, named: dict[str, Any]) -> None:
    evil = "'; DROP TABLE trades_trade; --"
    assert api.post(URL, named | {"external_id": evil}).status_code == 201
    [trade] = api.get(URL, {"external_id": evil}).json()["results"]
    assert trade["external_id"] == evil
    assert counts(send(api, HEADER + FILL.replace("fill-1", evil))) == (200, 0, 1, 0)


def test_in_a_file_what_is_there_is_a_duplicate_and_what_differs_an_error(
    api: APIClient, named: dict[str, Any]
) -> None:
    trade = api.post(URL, named).json()["id"]
    file = (
        HEADER
        + FILL
        + "AAPL,170.25,10,buy,2025-06-06T20:00:00Z,fill-1,\n"
        + FILL.replace("first", "second")
        + FILL.replace("-1", "-2")
    )
    answer = send(api, file)
    assert counts(answer) == (400, 0, 0, 1)
    assert answer.json()["errors"] == [
        {"line": 4, "field": "external_id", "message": f"Trade {trade} has this external_id, with another note."}
    ]
    assert counts(send(api, file, "on_error=skip")) == (201, 1, 2, 1)
    assert Trade.objects.count() == 2


@pytest.mark.parametrize(
    "other",
    [{"ticker": "B"}, {"price": "1"}, {"quantity": "1"}, {"side": "sell"}, {"timestamp": "2025-06-06T20:00:01Z"},
     {"fee": "0"}, {"note": "second"}],
)  # fmt: skip
def test_in_a_file_each_field_tells_a_trade_from_another(
    api: APIClient, named: dict[str, Any], other: dict[str, Any]
) -> None:
    api.post(URL, named)
    answer = send(api, json.dumps([named | other]), content_type="application/json")
    assert counts(answer) == (400, 0, 0, 1)
    assert counts(send(api, json.dumps([named]), content_type="application/json")) == (200, 0, 1, 0)


def test_what_was_refused_is_no_duplicate_when_the_file_comes_again(api: APIClient, named: dict[str, Any]) -> None:
    api.post(URL, named)
    file = HEADER + FILL.replace("170.25", "1") + FILL.replace("-1", "-2")
    first = send(api, file, "on_error=skip")
    assert counts(first) == (201, 1, 0, 1)
    second = send(api, file, "on_error=skip")
    assert counts(second) == (200, 0, 1, 1)
    assert second.json()["errors"] == first.json()["errors"]
    again = send(api, file)
    assert counts(again) == (400, 0, 0, 1)
    assert again.json()["imported_at"] == second.json()["imported_at"]
    Trade.objects.get(external_id="fill-1").delete()
    assert counts(send(api, file, "again=true")) == (201, 1, 1, 0)
    assert counts(send(api, file)) == (200, 0, 2, 0)


def test_a_file_of_which_nothing_was_booked_is_none_that_was_imported(api: APIClient, named: dict[str, Any]) -> None:
    other = api.post(URL, named | {"price": "1"})["Location"]
    assert counts(send(api, HEADER + FILL, "on_error=skip")) == (200, 0, 0, 1)
    assert not Import.objects.exists()
    api.delete(other)
    assert counts(send(api, HEADER + FILL)) == (201, 1, 0, 0)


def test_all_rows_that_were_refused_are_tried_again(
    api: APIClient, named: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "LISTED_SKIPPED", 3)
    other = api.post(URL, named)["Location"]
    rows = [
        FILL.replace("-1", "-2"),
        FILL.replace("170.25", "1"),
        FILL.replace("AAPL", "A;A"),
        FILL + "A,1,0,buy,,,\n",
    ] * 2
    first = send(api, HEADER + "".join(rows), "on_error=skip")
    assert (counts(first), lines(first)) == ((201, 1, 3, 6), [3, 4, 6])
    assert counts(send(api, HEADER + "".join(rows), "on_error=skip")) == (200, 0, 4, 6)
    api.delete(other)
    second = send(api, HEADER + "".join(rows).replace("170.25,10", "1,10"), "on_error=skip")
    assert (counts(second), lines(second)) == ((201, 1, 3, 6), [2, 4, 6])


def lines(answer: Any) -> list[int]:
    return [error["line"] for error in answer.json()["errors"]]


def test_within_a_file_one_name_is_one_trade(api: APIClient) -> None:
    """The same fill comes once; what was no trade has taken no name."""
    wrong = "B,1,0,buy,2025-06-06T20:00:00Z,fill-2,\n"
    rows = [FILL, FILL, FILL.replace("170.25", "170.250"), wrong, wrong.replace("B,1,0", "B,1,1")]
    answer = send(api, HEADER + "".join(rows), "on_error=skip")
    assert (counts(answer), lines(answer)) == ((201, 2, 2, 1), [5])
    assert sorted(str(price) for price in Trade.objects.values_list("price", flat=True)) == ["1", "170.25"]


@pytest.mark.parametrize("options", ["", "on_error=skip", "again=true", "corrections=true", "repeated=book"])
def test_two_fills_with_one_id_in_one_file_are_a_conflict_told_with_both_lines(api: APIClient, options: str) -> None:
    rows = [FILL.replace("-1", "-2"), FILL, FILL.replace("170.25,10", "170.26,5"), FILL]
    answer = send(api, HEADER + "".join(rows), options)
    booked = options == "on_error=skip"
    assert counts(answer) == ((201, 1, 0, 3) if booked else (400, 0, 0, 3))
    told = "Line {} has the same external_id, with another price and quantity."
    assert [(error["line"], error["field"], error["message"]) for error in answer.json()["errors"]] == [
        (3, "external_id", told.format(4)), (4, "external_id", told.format(3)), (5, "external_id", told.format(4))
    ]  # fmt: skip
    assert Trade.objects.count() == booked


def test_a_note_that_one_of_two_rows_leaves_out_makes_them_two(api: APIClient) -> None:
    answer = send(api, HEADER + FILL + FILL.replace("first", ""))
    assert answer.json()["errors"][0]["message"] == "Line 3 has the same external_id, with another note."


def test_a_corrected_fee_names_the_trade_and_what_differs(api: APIClient, named: dict[str, Any]) -> None:
    trade = api.post(URL, named | {"fee": "1"}).json()["id"]
    rows = [named | {"fee": "1.01"}]
    answer = send(api, json.dumps(rows), content_type="application/json")
    message = f"Trade {trade} has this external_id, with fee 1 instead of 1.01."
    assert answer.json()["errors"] == [{"line": 1, "field": "external_id", "message": message}]


def test_a_file_of_duplicates_adds_nothing(api: APIClient) -> None:
    assert counts(send(api, HEADER + FILL)) == (201, 1, 0, 0)
    assert counts(send(api, HEADER + FILL + FILL)) == (200, 0, 2, 0)
    assert counts(send(api, HEADER + FILL, "again=true")) == (200, 0, 1, 0)


def test_many_conflicts_are_counted_beyond_those_that_are_listed(api: APIClient) -> None:
    send(api, HEADER + FILL)
    answer = send(api, HEADER + FILL.replace("170", "1") * 150)
    assert counts(answer) == (400, 0, 0, 150)
    assert [error["line"] for error in answer.json()["errors"]] == list(range(2, 102))


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_adds_it_and_the_others_find_it(named: dict[str, Any], together: Together) -> None:
    answers = together(4, lambda: ApiClient().post(URL, named))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 3}
    assert len({answer.json()["id"] for answer in answers}) == 1
    prices = iter("1234")
    answers = together(4, lambda: ApiClient().post(URL, named | {"external_id": "x", "price": next(prices)}))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 3}
