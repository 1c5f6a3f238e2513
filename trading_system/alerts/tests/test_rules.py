"""Rules of alerts are kept in full, listed by name, changed by version, and refused where they make no sense."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from rest_framework.test import APIClient

from alerts import alert_rules
from alerts.models import AlertRule
from rest.tests.clients import ApiClient

from .rules import FULL, GENERAL, GIVEN, LEVEL, RISE, RULES, VOLUME, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(api: APIClient) -> dict[str, Any]:
    return api.post(RULES, RISE).json()


def address(rule: dict[str, Any]) -> str:
    return f"{RULES}{rule['id']}/"


@pytest.mark.parametrize("kind", GIVEN)
def test_what_was_not_said_is_as_usual(api: APIClient, kind: str) -> None:
    answer = api.post(RULES, GIVEN[kind])
    assert answer.status_code == 201
    assert said(answer.json()) == FULL[kind]
    assert api.get(answer["Location"]).json() == answer.json()


def test_everything_can_be_said(api: APIClient) -> None:
    full = {
        "name": "x" * 32, "kind": "fall", "tickers": ["BRK B", "[A-C]*", "?*/USD"], "threshold": "0.00000000000000000001",
        "window": 0.000001, "confirm": 0, "cooldown": 86400, "rearm": 2.5, "hours": "XNYS", "severity": "critical",
        "notify": ["$NOTIFY_OPS", "$NOTIFY_2"],
    }  # fmt: skip
    answer = api.post(RULES, full)
    assert answer.status_code == 201
    assert said(answer.json()) == full
    assert said(api.post(RULES, answer.json() | {"name": "y"}).json()) == full | {"name": "y"}


def test_globs_are_in_upper_case(api: APIClient) -> None:
    assert api.post(RULES, RISE | {"tickers": ["aapl", " xrp* "]}).json()["tickers"] == ["AAPL", "XRP*"]


def test_they_are_listed_by_name(api: APIClient) -> None:
    for one in (VOLUME, LEVEL, RISE):
        api.post(RULES, one)
    assert [one["name"] for one in api.get(RULES).json()["results"]] == ["apple-200", "apple-up", "busy"]


@pytest.mark.parametrize(
    ("kind", "field", "value", "message"),
    [
        ("rise", "name", "Apple", "Must be lower-case letters a to z, digits and - without spaces."),
        ("rise", "name", "", "This field may not be blank."),
        ("rise", "name", "x" * 33, "Ensure this field has no more than 32 characters."),
        ("rise", "kind", "up", 'Must be "rise", "fall", "above", "below" or "volume".'),
        ("rise", "tickers", [], "Ensure this field has at least 1 elements."),
        ("rise", "tickers", "AAPL", 'Expected a list of items but got type "str".'),
        ("rise", "tickers", {"0": "A"}, 'Expected a list of items but got type "dict".'),
        ("rise", "tickers", ["A"] * 101, "Ensure this field has no more than 100 elements."),
        ("rise", "tickers", ["A", "B,C"], "Number 2: Must be printable ASCII"),
        ("rise", "tickers", ["A\0"], "Number 1: Must be printable ASCII"),
        ("rise", "tickers", ["x" * 65], "Number 1: Ensure this field has no more than 64 characters."),
        ("rise", "tickers", [7], "Number 1: Not a valid string."),
        ("rise", "tickers", [None], "Number 1: This field may not be null."),
        ("rise", "threshold", 0, "Must be from 1e-20 to 1e20."),
        ("rise", "threshold", "1e999", "Must be from 1e-20 to 1e20."),
        ("rise", "threshold", "1." + "1" * 81, "At most 80 digits after the point."),
        ("rise", "threshold", "NaN", "A valid number is required."),
        ("rise", "threshold", None, "This field may not be null."),
        ("rise", "window", 0, "Must be above 0 and at most 86400."),
        ("rise", "window", 86400.1, "Must be above 0 and at most 86400."),
        ("rise", "window", "1e999", "Must be above 0 and at most 86400."),
        ("rise", "window", "0.0000001", "At most 6 digits after the point."),
        ("rise", "window", True, "A valid number is required."),
        ("rise", "confirm", -1, "Must be from 0 to 86400."),
        ("rise", "cooldown", "NaN", "A valid number is required."),
        ("rise", "rearm", 90000, "Must be from 0 to 86400."),
        ("rise", "margin", 1, "Belongs to a level only."),
        ("rise", "windows", 10, "Belongs to a volume only."),
        ("rise", "hours", "xnys", "Must be the code of an exchange, such as XNYS."),
        ("rise", "hours", "X\0", "Must be the code of an exchange, such as XNYS."),
        ("rise", "severity", "loud", 'Must be "info", "warning" or "critical".'),
        ("rise", "notify", ["mailto://a:b@c"], "Number 1: Must be the name of a variable of the watch"),
        ("rise", "notify", ["$NOTIFY_"], "Number 1: Must be the name of a variable of the watch"),
        ("rise", "notify", ["$NOTIFY_A"] * 11, "Ensure this field has no more than 10 elements."),
        ("rise", "notify", None, "This field may not be null."),
        ("rise", "colour", "red", "Unknown field."),
        ("above", "margin", 100, "Must be from 0 to below 100."),
        ("above", "margin", -1, "Must be from 0 to below 100."),
        ("above", "margin", "0." + "1" * 21, "At most 20 digits after the point."),
        ("above", "window", 60, "Belongs to a rise or a fall or a volume only."),
        ("above", "rearm", 5, "Belongs to a rise or a fall only."),
        ("volume", "confirm", 2, "Belongs to a rise or a fall or a level only."),
        ("volume", "windows", 0, "Ensure this value is greater than or equal to 1."),
        ("volume", "windows", 1001, "Ensure this value is less than or equal to 1000."),
        ("volume", "windows", 1.5, "A valid integer is required."),
    ],
)
def test_what_is_wrong_is_named(api: APIClient, kind: str, field: str, value: Any, message: str) -> None:
    answer = api.post(RULES, GIVEN[kind] | {field: value})
    assert (answer.status_code, answer.json().keys()) == (400, {field})
    assert answer.json()[field][0].startswith(message)
    assert not AlertRule.objects.exists()


@pytest.mark.parametrize("field", ["name", "kind", "threshold"])
def test_what_is_missing_is_named(api: APIClient, field: str) -> None:
    answer = api.post(RULES, {name: value for name, value in RISE.items() if name != field})
    assert (answer.status_code, answer.json()) == (400, {field: ["This field is required."]})


@pytest.mark.parametrize("body", ["[]", "7", '"a"', "{", "\x00"])
def test_what_is_no_object_is_refused(api: APIClient, body: str) -> None:
    assert api.post(RULES, body, content_type="application/json").status_code == 400


def test_a_name_is_taken_once(api: APIClient, rule: dict[str, Any]) -> None:
    other = api.post(RULES, LEVEL)
    taken = (409, {"name": ["Another rule has this name."]})
    again = api.post(RULES, RISE)
    assert (again.status_code, again.json()) == taken
    renamed = api.patch(other["Location"], {"name": RISE["name"]})
    assert (renamed.status_code, renamed.json()) == taken


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_gets_the_name(together: Callable[..., list[Any]]) -> None:
    answers = together(4, lambda: ApiClient().post(RULES, RISE))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 3}


def test_there_are_at_most_so_many(api: APIClient, rule: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert_rules, "MAX_RULES", 1)
    answer = api.post(RULES, LEVEL)
    assert (answer.status_code, answer.json()) == (409, {"detail": "There are at most 1 rules."})


def test_a_change_keeps_the_rest(api: APIClient, rule: dict[str, Any]) -> None:
    api.patch(address(rule), {"window": 30, "notify": ["$NOTIFY_A"]})
    assert said(api.patch(address(rule), {"severity": "info"}).json()) == FULL["rise"] | {
        "window": 30,
        "notify": ["$NOTIFY_A"],
        "severity": "info",
    }


def test_a_replacement_keeps_nothing(api: APIClient, rule: dict[str, Any]) -> None:
    api.patch(address(rule), {"window": 30, "hours": "XNYS", "notify": ["$NOTIFY_A"]})
    answer = api.put(address(rule), {"name": "new", "kind": "fall", "threshold": 1})
    expected = FULL["rise"] | GENERAL | {"name": "new", "kind": "fall", "threshold": "1"}
    assert (answer.status_code, said(answer.json())) == (200, expected)


def test_another_kind_has_other_fields(api: APIClient, rule: dict[str, Any]) -> None:
    api.patch(address(rule), {"confirm": 7, "cooldown": 60})
    answer = api.patch(address(rule), {"kind": "below"})
    assert said(answer.json()) == GENERAL | RISE | {"kind": "below", "cooldown": 60, "confirm": 7, "margin": "1"}
    assert api.patch(address(rule), {"rearm": 5}).json() == {"rearm": ["Belongs to a rise or a fall only."]}


def test_hours_are_taken_back(api: APIClient, rule: dict[str, Any]) -> None:
    assert api.patch(address(rule), {"hours": "XNYS"}).json()["hours"] == "XNYS"
    assert api.patch(address(rule), {"hours": None}).json()["hours"] is None


def test_it_is_changed_in_the_version_that_was_read(api: APIClient, rule: dict[str, Any]) -> None:
    version = {"headers": {"If-Match": api.get(address(rule))["ETag"]}}
    assert api.put(address(rule), RISE | {"threshold": 3}, **version).status_code == 200
    refused = [api.put(address(rule), RISE, **version), api.patch(address(rule), {}, **version)]
    refused.append(api.delete(address(rule), **version))
    assert {answer.status_code for answer in refused} == {412}
    assert api.get(address(rule)).json()["threshold"] == "3"


def test_it_is_deleted(api: APIClient, rule: dict[str, Any]) -> None:
    assert api.delete(address(rule)).status_code == 204
    assert {api.get(address(rule)).status_code, api.delete(address(rule)).status_code} == {404}


def test_a_key_carries_a_request_out_once(api: APIClient) -> None:
    first, second = (api.post(RULES, RISE, headers={"Idempotency-Key": "a"}) for _ in range(2))
    assert (second.status_code, second.json()) == (201, first.json())


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [
        ("rise", "name", "'A'"), ("rise", "kind", "'up'"), ("rise", "severity", "'loud'"), ("rise", "threshold", "0"), ("rise", "threshold", "'NaN'"), ("rise", "threshold", "1e20 + 1"), ("rise", "threshold", "1e-20 / 2"), ("rise", "threshold", "1e-81 + 1"),
        ("rise", "tickers", "'{}'"), ("rise", "tickers", "'{a}'"), ("rise", "tickers", "'{A,NULL}'"), ("rise", "tickers", "array_fill('A'::text, '{101}')"),
        ("rise", "window", "0"), ("rise", "window", "86401"), ("rise", "window", "'NaN'"), ("rise", "window", "1e-7"), ("rise", "window", "NULL"),
        ("rise", "confirm", "-1"), ("rise", "cooldown", "-1"), ("rise", "rearm", "NULL"), ("rise", "margin", "1"), ("rise", "windows", "1"),
        ("rise", "hours", "'X Y'"), ("rise", "notify", "'{NOTIFY_A}'"), ("rise", "notify", "array_fill('$NOTIFY_A'::text, '{11}')"),
        ("above", "margin", "100"), ("above", "margin", "-1"), ("above", "margin", "1e-21"), ("above", "window", "60"), ("above", "kind", "'rise'"),
        ("volume", "windows", "0"), ("volume", "windows", "1001"), ("volume", "confirm", "2"),
    ],
)  # fmt: skip
def test_the_database_refuses_it_as_well(api: APIClient, kind: str, column: str, value: str) -> None:
    api.post(RULES, GIVEN[kind])
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match=f"alertrule_({column}|kind)_"):
        cursor.execute(f'UPDATE alerts_alertrule SET "{column}" = {value}')


def test_the_database_refuses_a_name_that_is_taken(api: APIClient, rule: dict[str, Any]) -> None:
    api.post(RULES, LEVEL)
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="alertrule_name_unique"):
        cursor.execute("UPDATE alerts_alertrule SET name = 'same'")
