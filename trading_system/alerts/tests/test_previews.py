"""What a rule would have raised: a person asks, a watch answers, and after an hour it is forgotten."""

from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from rest_framework.test import APIClient

from alerts import previews
from alerts.models import AlertPreview

from .rules import FULL, GIVEN, RISE
from .sent import ABOVE, EACH, NEW

pytestmark = pytest.mark.django_db
PREVIEWS = "/api/alert-previews/"
ANSWER: dict[str, Any] = {
    "begin": "2025-06-06T19:00:00Z",
    "end": "2025-06-06T20:00:00.5Z",
    "ticks": 36000,
    "count": 12,
    "alerts": list(EACH.values()),
}
NOTHING: dict[str, Any] = {"begin": None, "end": None, "ticks": 0, "count": 0, "alerts": []}
TOLD = ANSWER | {"end": "2025-06-06T20:00:00.500Z"}


@pytest.fixture
def preview(api: APIClient) -> dict[str, Any]:
    return api.post(PREVIEWS, {"rule": RISE}).json()


def address(preview: dict[str, Any]) -> str:
    return f"{PREVIEWS}{preview['id']}/"


def listed(api: APIClient, **parameters: str) -> list[int]:
    return [one["id"] for one in api.get(PREVIEWS, parameters).json()["results"]]


def age(preview: dict[str, Any], minutes: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_alertpreview SET created_at = created_at - %s * INTERVAL '1 minute' WHERE id = %s",
            [minutes, preview["id"]],
        )


@pytest.mark.parametrize("kind", GIVEN)
def test_it_waits_with_the_rule_in_full(api: APIClient, kind: str) -> None:
    answer = api.post(PREVIEWS, {"rule": GIVEN[kind]})
    told = answer.json()
    assert (answer.status_code, told["rule"], told["status"]) == (201, FULL[kind], "waiting")
    assert (told["begin"], told["end"], told["ticks"], told["count"], told["alerts"]) == (None, None, None, None, [])
    assert api.get(answer["Location"]).json() == told
    assert api.get(PREVIEWS, {"pending": "true"}).json() == {"results": [told]}


@pytest.mark.parametrize(("given", "told"), [(ANSWER, TOLD), (NOTHING, NOTHING)], ids=["alerts", "nothing"])
def test_a_watch_answers_it(
    api: APIClient, preview: dict[str, Any], given: dict[str, Any], told: dict[str, Any]
) -> None:
    answer = api.patch(address(preview), given)
    assert answer.status_code == 200
    assert answer.json() == preview | told | {"status": "done", "updated_at": answer.json()["updated_at"]}
    assert api.get(address(preview)).json() == answer.json()
    assert (listed(api), listed(api, pending="true")) == ([preview["id"]], [])


def test_of_two_watches_the_first_one_answers(api: APIClient, preview: dict[str, Any]) -> None:
    first = api.patch(address(preview), ANSWER).json()
    second = api.patch(address(preview), NOTHING)
    assert (second.status_code, second.json()) == (200, first)


def test_what_a_rule_may_not_say_is_named(api: APIClient) -> None:
    answer = api.post(PREVIEWS, {"rule": RISE | {"threshold": 0, "tickers": ["A,B"], "windows": 1}})
    assert answer.status_code == 400
    assert answer.json().keys() == {"rule.threshold", "rule.tickers"}
    assert api.post(PREVIEWS, {"rule": RISE | {"windows": 1}}).json() == {"rule.windows": ["Belongs to a volume only."]}


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "rule"), ({"rule": None}, "rule"), ({"rule": []}, "rule"), ({"rule": RISE, "x": 1}, "x"), ({"rule": "a"}, "rule")],
)  # fmt: skip
def test_what_is_no_question_is_refused(api: APIClient, body: Any, field: str) -> None:
    answer = api.post(PREVIEWS, body)
    assert (answer.status_code, answer.json().keys()) == (400, {field})


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("begin", None, "Is there if begin is."),
        ("end", "2025-06-06T18:00:00Z", "Must not be before begin."),
        ("ticks", -1, "Ensure this value is greater than or equal to 0."),
        ("ticks", "5", "A valid integer is required."),
        ("ticks", 2**63, "Ensure this value is less than or equal to 9223372036854775807."),
        ("count", 2, "Must not be below the number of alerts."),
        ("count", None, "This field may not be null."),
        ("alerts", {}, 'Expected a list of items but got type "dict".'),
        ("alerts", [NEW] * 101, "Ensure this field has no more than 100 elements."),
        ("alerts", [7], "Invalid data. Expected a dictionary, but got int."),
        ("status", "done", "Unknown field."),
    ],
)
def test_a_wrong_answer_is_named(api: APIClient, preview: dict[str, Any], field: str, value: Any, message: str) -> None:
    answer = api.patch(address(preview), ANSWER | {field: value})
    assert (answer.status_code, [message]) == (400, next(iter(answer.json().values())))
    assert api.get(address(preview)).json() == preview


def test_a_wrong_alert_of_an_answer_is_named(api: APIClient, preview: dict[str, Any]) -> None:
    answer = api.patch(address(preview), ANSWER | {"alerts": [NEW, ABOVE | {"level": "175"}]})
    assert (answer.status_code, answer.json()) == (400, {"alerts.1.level": ["Must be below price."]})


@pytest.mark.parametrize("field", ANSWER)
def test_an_answer_is_whole(api: APIClient, preview: dict[str, Any], field: str) -> None:
    answer = api.patch(address(preview), {name: value for name, value in ANSWER.items() if name != field})
    assert (answer.status_code, answer.json()) == (400, {field: ["This field is required."]})


def test_after_an_hour_it_is_forgotten(api: APIClient, preview: dict[str, Any]) -> None:
    age(preview, minutes=59)
    assert listed(api) == [preview["id"]]
    age(preview, minutes=1)
    assert (listed(api), api.get(address(preview)).status_code) == ([], 404)
    assert api.patch(address(preview), ANSWER).status_code == 404
    api.post(PREVIEWS, {"rule": RISE})
    assert AlertPreview.objects.count() == 1


def test_so_many_may_wait(api: APIClient, preview: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "MAX_WAITING", 1)
    refused = api.post(PREVIEWS, {"rule": RISE})
    assert refused.status_code == 409
    assert refused.json() == {"detail": "1 previews wait for a watch already; is one running with --api?"}
    api.patch(address(preview), ANSWER)
    assert api.post(PREVIEWS, {"rule": RISE}).status_code == 201


def test_of_those_that_were_answered_the_oldest_is_forgotten(
    api: APIClient, preview: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "MAX_PREVIEWS", 2)
    second, third = (api.post(PREVIEWS, {"rule": RISE}).json()["id"] for _ in range(2))
    assert listed(api) == [third, second]
    api.patch(f"{PREVIEWS}{third}/", ANSWER)
    fourth = api.post(PREVIEWS, {"rule": RISE}).json()["id"]
    assert listed(api) == [fourth, second]


@pytest.mark.parametrize("query", ["pending=yes", "pendin=true"])
def test_an_unknown_parameter_is_refused(api: APIClient, query: str) -> None:
    assert api.get(f"{PREVIEWS}?{query}").status_code == 400


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("end", "\"begin\" - INTERVAL '1 second'"),
        ("end", "NULL"),
        ("ticks", "-1"),
        ("count", "NULL"),
        ("count", "-1"),
        ("alerts", "(SELECT jsonb_agg(n) FROM generate_series(1, 101) n)"),
    ],
)
def test_the_database_refuses_it_as_well(api: APIClient, preview: dict[str, Any], column: str, value: str) -> None:
    api.patch(address(preview), ANSWER)
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match=f"alertpreview_{column}_"):
        cursor.execute(f'UPDATE alerts_alertpreview SET "{column}" = {value}')
