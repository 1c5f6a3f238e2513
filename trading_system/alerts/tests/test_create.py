"""Alerts are kept once, exactly, and what is none is refused by name."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.db import connection
from django.db.utils import IntegrityError, OperationalError
from rest_framework.test import APIClient

from alerts.models import Alert
from rest.tests.clients import ApiClient
from rest.tickers import ticker_form
from trading_system.settings import ROOT

from .sent import ADDED, EACH, FALL, NEW, URL

pytestmark = pytest.mark.django_db
Together = Callable[..., list[Any]]
UNKEPT = ADDED | {"created_at": None}
HELD = {"held": None}  # which is not told to who adds one


@pytest.mark.parametrize("kind", EACH)
def test_what_was_sent_is_what_is_read(api: APIClient, kind: str) -> None:
    answer = api.post(URL, EACH[kind])
    assert answer.status_code == 201
    assert answer.json() | UNKEPT == EACH[kind] | UNKEPT
    assert api.get(answer["Location"]).json() == answer.json() | HELD
    assert api.get(URL).json()["results"] == [answer.json() | HELD]
    assert api.post(URL, answer.json() | HELD).json() == answer.json()


def test_an_older_watch_has_no_rules(api: APIClient) -> None:
    newer = {"rule", "severity", "confirmed"}
    answer = api.post(URL, {name: value for name, value in FALL.items() if name not in newer})
    assert {name: answer.json()[name] for name in newer} == {"rule": "fall", "severity": "warning", "confirmed": True}


def test_what_time_alone_confirmed_is_confirmed_by_a_later_delivery(api: APIClient) -> None:
    told = [api.post(URL, NEW | {"confirmed": one}) for one in (False, False, True, False)]
    assert [(answer.status_code, answer.json()["confirmed"]) for answer in told] == [
        (201, False), (200, False), (200, True), (200, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "others"),
    [
        ("rise", {"severity": "critical"}),
        ("above", {"previous_price": "173", "previous_timestamp": "2025-06-06T20:00:39Z", "previous_seq": None}),
        (
            "volume",
            {
                "price": "175",
                "timestamp": "2025-06-06T20:00:42Z",
                "volume": "5100",
                "mean_volume": "1200",
                "windows": 9,
            },
        ),
    ],
)
def test_what_another_delivery_may_tell_in_another_way_is_the_same_alert(
    api: APIClient, kind: str, others: dict[str, Any]
) -> None:
    first = api.post(URL, EACH[kind])
    again = api.post(URL, EACH[kind] | others)
    assert (again.status_code, again.json()) == (200, first.json())


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        ("above", {"level": "173.95"}),
        ("above", {"rule": "x"}),
        ("volume", {"threshold_times": "3"}),
        ("volume", {"ticker": "B"}),
    ],
)
def test_another_level_rule_or_window_is_another_alert(api: APIClient, kind: str, other: dict[str, Any]) -> None:
    api.post(URL, EACH[kind])
    answer = api.post(URL, EACH[kind] | other)
    assert (answer.status_code, answer.json()) == (409, {"id": ["Another alert has it."]})


def test_the_same_again_changes_nothing(api: APIClient, alert: dict[str, Any]) -> None:
    answer = api.post(URL, NEW | {"price": "174.4"})
    assert (answer.status_code, answer.json()) == (200, alert)
    assert Alert.objects.count() == 1


def test_the_same_move_of_a_feed_that_was_restarted_is_the_same(api: APIClient, alert: dict[str, Any]) -> None:
    told = {"received": "2025-06-06T20:07:00Z", "seq": 7, "low_seq": None, "gap": True}
    answer = api.post(URL, NEW | told)
    assert (answer.status_code, answer.json()) == (200, alert)


def test_a_key_carries_a_request_out_once(api: APIClient) -> None:
    key = {"headers": {"Idempotency-Key": "move-1"}}
    body = NEW | {"window_seconds": "60.10000000000000000001"}
    first, second = (api.post(URL, body, **key) for _ in range(2))
    assert (second.status_code, second.content, second["Idempotency-Replayed"]) == (201, first.content, "true")
    assert api.post(URL, FALL, **key).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_adds_it_and_the_others_find_it(together: Together) -> None:
    answers = together(4, lambda: ApiClient().post(URL, NEW))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 3}
    assert len({answer.content for answer in answers}) == 1
    prices = iter(range(180, 184))
    answers = together(4, lambda: ApiClient().post(URL, NEW | {"id": "x", "price": next(prices)}))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 3}


def test_a_form_is_no_alert(api: APIClient) -> None:
    assert api.post(URL, NEW, format="multipart").status_code == 415


def test_an_outage_is_a_503_that_the_watch_tries_again(api: APIClient) -> None:
    def fail(*arguments: Any) -> NoReturn:
        raise OperationalError("server closed the connection unexpectedly at 10.0.0.7")

    with connection.execute_wrapper(fail):
        answers = [api.post(URL, NEW), api.get(URL), api.get(f"{URL}x/")]
    assert {(answer.status_code, answer["Retry-After"]) for answer in answers} == {(503, "1")}


@pytest.mark.parametrize("field", ["price", "ticker", "timestamp", "window_seconds", "threshold_percent"])
def test_another_alert_cannot_have_its_id(api: APIClient, alert: dict[str, Any], field: str) -> None:
    others = {"ticker": "MSFT", "timestamp": "2025-06-06T20:00:42Z"}
    answer = api.post(URL, NEW | {field: others.get(field, 175)})
    assert (answer.status_code, answer.json()) == (409, {"id": ["Another alert has it."]})
    assert api.get(URL).json()["results"] == [alert | HELD]


def test_prices_may_have_any_digits_that_the_watch_takes(api: APIClient) -> None:
    exact = NEW | {"low": "0.00000000000000000001", "price": "100000000000000000000", "rise_percent": "9" * 42 + ".5"}
    assert api.post(URL, exact).json() | UNKEPT == exact | UNKEPT


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("id", "", "This field may not be blank."),
        ("id", "a b", "Must be letters, digits and . _ : - without spaces."),
        ("id", 7, "Not a valid string."),
        ("id", "x" * 65, "Ensure this field has no more than 64 characters."),
        ("kind", "up", 'Must be "rise", "fall", "above", "below" or "volume".'),
        ("kind", ["rise"], 'Must be "rise", "fall", "above", "below" or "volume".'),
        ("rule", "My rule", "Must be lower-case letters a to z, digits and - without spaces."),
        ("rule", "x" * 33, "Ensure this field has no more than 32 characters."),
        ("rule", None, "This field may not be null."),
        ("severity", "loud", 'Must be "info", "warning" or "critical".'),
        ("confirmed", "yes", "Must be a valid boolean."),
        ("ticker", "<img>", ticker_form.message),
        ("price", "0", "Must be above zero."),
        ("price", "NaN", "A valid number is required."),
        ("price", True, "A valid number is required."),
        ("price", "1" * 51, "At most 50 digits before the point."),
        ("price", "1." + "1" * 81, "At most 80 digits after the point."),
        ("threshold_percent", "-2", "Must be above zero."),
        ("window_seconds", 0, "Must be above zero."),
        ("timestamp", "yesterday", "Must be a date and time such as 2025-06-06T20:00:00Z."),
        ("seq", "7", "A valid integer is required."),
        ("seq", -1, "Ensure this value is greater than or equal to 0."),
        ("seq", 2**63, "Ensure this value is less than or equal to 9223372036854775807."),
        ("gap", "no", "Must be a valid boolean."),
        ("low", "174.40", "Must be below price."),
        ("low_timestamp", "2025-06-06T20:00:42Z", "Must not be after timestamp."),
        ("high", "180", "Belongs to a fall only."),
        ("level", "174", "Belongs to a level only."),
        ("windows", 10, "Belongs to a volume only."),
        ("colour", "red", "Unknown field."),
    ],
)
def test_what_is_wrong_is_named(api: APIClient, field: str, value: Any, message: str) -> None:
    answer = api.post(URL, NEW | {field: value})
    assert (answer.status_code, answer.json()) == (400, {field: [message]})
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    ("kind", "field", "value", "message"),
    [
        ("above", "level", "174.40", "Must be below price."),
        ("above", "level", "0", "Must be above zero."),
        ("above", "previous_price", "174.01", "Must not be above level."),
        ("above", "previous_timestamp", "2025-06-06T20:00:42Z", "Must not be after timestamp."),
        ("above", "window_seconds", 60, "Belongs to a rise or a fall or a volume only."),
        ("below", "level", "174.40", "Must be above price."),
        ("below", "previous_price", "174.49", "Must not be below level."),
        ("below", "low", "174", "Belongs to a rise only."),
        ("volume", "volume", "0", "Must be above zero."),
        ("volume", "mean_volume", "NaN", "A valid number is required."),
        ("volume", "windows", 0, "Ensure this value is greater than or equal to 1."),
        ("volume", "windows", 1001, "Ensure this value is less than or equal to 1000."),
        ("volume", "windows", "10", "A valid integer is required."),
        ("volume", "windows", True, "A valid integer is required."),
        ("volume", "threshold_percent", "2", "Belongs to a rise or a fall only."),
    ],
)
def test_what_is_wrong_with_a_level_or_a_volume_is_named(
    api: APIClient, kind: str, field: str, value: Any, message: str
) -> None:
    answer = api.post(URL, EACH[kind] | {field: value})
    assert (answer.status_code, answer.json()) == (400, {field: [message]})


def test_a_price_that_was_on_the_level_has_not_crossed_it(api: APIClient) -> None:
    assert api.post(URL, EACH["above"] | {"previous_price": "174"}).status_code == 201
    assert api.post(URL, EACH["below"] | {"previous_price": "174.5"}).status_code == 201


NEEDED = {
    "rise": ["id", "kind", "ticker", "price", "timestamp", "low", "low_timestamp", "rise_percent", "gap"],
    "above": ["level", "previous_price", "previous_timestamp"],
    "volume": ["volume", "mean_volume", "threshold_times", "window_seconds", "windows"],
}


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, fields in NEEDED.items() for field in fields])
def test_what_is_missing_is_named(api: APIClient, kind: str, field: str) -> None:
    answer = api.post(URL, {name: value for name, value in EACH[kind].items() if name != field})
    assert (answer.status_code, answer.json()) == (400, {field: ["This field is required."]})


def test_a_fall_is_measured_from_above(api: APIClient) -> None:
    answer = api.post(URL, FALL | {"high": "174.40"})
    assert (answer.status_code, answer.json()) == (400, {"high": ["Must be above price."]})


def test_pages_of_other_sites_may_not_add_alerts(api: APIClient) -> None:
    assert api.post(URL, NEW, headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_alerts_are_not_changed(api: APIClient, alert: dict[str, Any]) -> None:
    assert {api.put(f"{URL}{alert['id']}/", NEW).status_code, api.delete(f"{URL}{alert['id']}/").status_code} == {405}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", "'a b'"), ("kind", "'up'"), ("ticker", "'<img>'"), ("price", "0"), ("price", "'NaN'"), ("base_price", "1000"), ("percent", "0"),
        ("threshold_percent", "0"), ("window_seconds", "-1"), ("seq", "-1"), ("base_seq", "-1"), ("base_timestamp", "'2030-01-01'"), ("price", "1e-81"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("alert")
def test_the_database_refuses_it_as_well(column: str, value: str) -> None:
    refused("rise", column, value)


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [
        ("rise", "rule", "'A'"), ("rise", "severity", "'loud'"), ("rise", "acknowledged_by", "'robin'"), ("rise", "base_price", "NULL"),
        ("rise", "level", "1"), ("rise", "percent", "NULL"), ("rise", "kind", "'volume'"), ("rise", "kind", "'above'"),
        ("above", "level", "174.40"), ("above", "level", "NULL"), ("above", "base_price", "174.01"), ("above", "base_timestamp", "NULL"),
        ("above", "window_seconds", "60"), ("below", "level", "174.40"), ("below", "base_price", "174.49"), ("below", "kind", "'above'"),
        ("volume", "volume", "0"), ("volume", "mean_volume", "'NaN'"), ("volume", "mean_volume", "NULL"), ("volume", "threshold_times", "-1"),
        ("volume", "windows", "0"), ("volume", "windows", "1001"), ("volume", "windows", "NULL"), ("volume", "base_seq", "7"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_a_kind_cannot_have(api: APIClient, kind: str, column: str, value: str) -> None:
    assert api.post(URL, EACH[kind]).status_code == 201
    refused(kind, column, value)


def refused(kind: str, column: str, value: str) -> None:
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="alert_"):
        cursor.execute(f"UPDATE alerts_alert SET {column} = {value} WHERE kind = %s", [kind])


def test_what_the_watch_prints_can_be_sent_as_it_is(api: APIClient, tmp_path: Path) -> None:
    recording = tmp_path / "rise.csv"
    recording.write_text(
        "ticker,price,timestamp\nAAPL,100,2025-06-06T20:00:00Z\nAAPL,102.4,2025-06-06T20:00:01.5Z\nAAPL,99,2025-06-06T20:00:02Z\n"
    )
    printed = subprocess.run(
        [sys.executable, ROOT / "websocket_simulator/client.py", "--replay", recording, "--json", "--falls", "--confirm", "0"],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    answers = [api.post(URL, line, content_type="application/json") for line in printed]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.json()["kind"] for answer in answers] == ["rise", "fall"]
