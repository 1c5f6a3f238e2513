"""A ticker is snoozed until an instant, of one rule or of all; saying so again gives it another end."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from django.utils import timezone
from rest_framework.test import APIClient

from alerts import snoozes
from alerts.models import AlertSnooze
from rest import instants
from rest.tests.clients import ApiClient

pytestmark = pytest.mark.django_db
SNOOZES = "/api/alert-snoozes/"


def in_(**time: float) -> str:
    return instants.render(timezone.now() + timedelta(**time))


def over(snooze: dict[str, Any]) -> None:
    """Its end has come."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE alerts_alertsnooze SET until = until - INTERVAL '2 days', created_at = created_at - INTERVAL '2 days',
            updated_at = updated_at - INTERVAL '2 days' WHERE id = %s""",
            [snooze["id"]],
        )


def listed(api: APIClient, **parameters: str) -> list[int]:
    answer = api.get(SNOOZES, parameters)
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["results"]]


@pytest.fixture
def snooze(api: APIClient) -> dict[str, Any]:
    return api.post(SNOOZES, {"ticker": "aapl", "rule": "apple-up", "until": in_(hours=1)}).json()


@pytest.mark.parametrize("rule", [{}, {"rule": None}, {"rule": ""}, {"rule": "apple-up"}])
def test_it_is_of_one_rule_or_of_all(api: APIClient, rule: dict[str, Any]) -> None:
    until = in_(hours=1)
    answer = api.post(SNOOZES, {"ticker": "aapl", "until": until, **rule})
    told = answer.json()
    assert answer.status_code == 201
    assert (told["ticker"], told["rule"], told["until"]) == ("AAPL", rule.get("rule") or None, until)
    assert api.get(answer["Location"]).json() == told
    assert api.get(SNOOZES).json() == {"results": [told]}


def test_again_it_gets_another_end(api: APIClient, snooze: dict[str, Any]) -> None:
    until = in_(minutes=5)
    answer = api.post(SNOOZES, {"ticker": "AAPL", "rule": "apple-up", "until": until})
    assert (answer.status_code, answer.json()["id"], answer.json()["until"]) == (200, snooze["id"], until)
    other = api.post(SNOOZES, {"ticker": "AAPL", "until": until})
    assert (other.status_code, listed(api)) == (201, [other.json()["id"], snooze["id"]])


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_adds_it(together: Callable[..., list[Any]]) -> None:
    answers = together(4, lambda: ApiClient().post(SNOOZES, {"ticker": "A", "until": in_(hours=1)}))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 3}


def test_what_is_over_is_not_active_and_is_forgotten(api: APIClient, snooze: dict[str, Any]) -> None:
    over(snooze)
    assert (listed(api), listed(api, active="false"), listed(api, active="true")) == (
        [snooze["id"]],
        [snooze["id"]],
        [],
    )
    new = api.post(SNOOZES, {"ticker": "MSFT", "until": in_(hours=1)}).json()
    assert (listed(api), listed(api, active="true")) == ([new["id"]], [new["id"]])


def test_it_is_ended(api: APIClient, snooze: dict[str, Any]) -> None:
    assert api.delete(f"{SNOOZES}{snooze['id']}/").status_code == 204
    assert api.delete(f"{SNOOZES}{snooze['id']}/").status_code == 404
    assert listed(api) == []


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("ticker", "A,B", "Must be printable ASCII"),
        ("ticker", "A\0", "Must be printable ASCII"),
        ("ticker", None, "This field may not be null."),
        ("rule", "A b", "Must be lower-case letters"),
        ("rule", 7, "Not a valid string."),
        ("until", "2025-06-06T20:00:00Z", "Must be in the future."),
        ("until", "9999-12-31T23:59:59Z", "Must be at most 365 days from now."),
        ("until", "soon", "Must be a date and time such as 2025-06-06T20:00:00Z."),
        ("until", None, "This field may not be null."),
        ("for", 5, "Unknown field."),
    ],
)
def test_what_is_wrong_is_named(api: APIClient, field: str, value: Any, message: str) -> None:
    answer = api.post(SNOOZES, {"ticker": "A", "until": in_(hours=1), field: value})
    assert (answer.status_code, answer.json().keys()) == (400, {field})
    assert answer.json()[field][0].startswith(message)


@pytest.mark.parametrize("query", ["active=yes", "activ=true", "active=true&active=true"])
def test_an_unknown_parameter_is_refused(api: APIClient, query: str) -> None:
    assert api.get(f"{SNOOZES}?{query}").status_code == 400


def test_there_are_at_most_so_many(api: APIClient, snooze: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snoozes, "MAX_SNOOZES", 1)
    full = api.post(SNOOZES, {"ticker": "B", "until": in_(hours=1)})
    assert (full.status_code, full.json()) == (409, {"detail": "There are at most 1 snoozes."})
    assert api.post(SNOOZES, {"ticker": "AAPL", "rule": "apple-up", "until": in_(hours=2)}).status_code == 200


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("ticker", "'a'"),
        ("rule", "'A'"),
        ("until", "updated_at"),
        ("until", "updated_at + INTERVAL '365 days 1 second'"),
    ],
)
def test_the_database_refuses_it_as_well(api: APIClient, snooze: dict[str, Any], column: str, value: str) -> None:
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match=f"alertsnooze_{column}_"):
        cursor.execute(f"UPDATE alerts_alertsnooze SET {column} = {value}")


def test_the_database_refuses_a_ticker_twice(snooze: dict[str, Any]) -> None:
    again = AlertSnooze.objects.get()
    again.pk = None
    again._state.adding = True
    with pytest.raises(IntegrityError, match="alertsnooze_ticker_unique"):
        again.save()
