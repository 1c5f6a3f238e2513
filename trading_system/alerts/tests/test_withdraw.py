"""An alert whose trade the venue took back is withdrawn: by the first who says so, and for good."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone
from rest_framework.test import APIClient

from alerts.models import Alert

from .sent import NEW, URL

pytestmark = pytest.mark.django_db
ALERT = f"{URL}{NEW['id']}/"
WHERE = f"{ALERT}withdraw/"
CANCELLED, CORRECTED = {"reason": "cancelled"}, {"reason": "corrected"}


def test_it_says_why_and_when(api: APIClient, alert: dict[str, Any]) -> None:
    answer = api.post(WHERE, CANCELLED)
    told = answer.json()
    assert (answer.status_code, told["withdrawn_reason"]) == (200, "cancelled")
    assert told["withdrawn_at"] >= told["created_at"]
    assert api.get(ALERT).json() == told | {"held": None}


def test_the_first_reason_stays(api: APIClient, alert: dict[str, Any]) -> None:
    first = api.post(WHERE, CANCELLED).json()
    assert [api.post(WHERE, again).json() for again in (CANCELLED, CORRECTED)] == [first, first]


def test_another_delivery_of_the_alert_does_not_take_it_back(api: APIClient, alert: dict[str, Any]) -> None:
    withdrawn = api.post(WHERE, CORRECTED).json()
    answer = api.post(URL, NEW)
    assert (answer.status_code, answer.json()) == (200, withdrawn)


def test_what_a_watch_sends_along_withdraws_nothing(api: APIClient) -> None:
    given = NEW | {"withdrawn_at": "2025-06-06T20:00:42Z", "withdrawn_reason": "cancelled"}
    assert api.post(URL, given).json()["withdrawn_at"] is None


def test_a_withdrawn_alert_is_acknowledged_as_others_are(api: APIClient, alert: dict[str, Any]) -> None:
    api.post(WHERE, CANCELLED)
    told = api.post(f"{ALERT}acknowledge/").json()
    assert told["acknowledged_at"]
    assert told["withdrawn_reason"] == "cancelled"


def test_lists_have_those_or_the_others(api: APIClient, alert: dict[str, Any]) -> None:
    api.post(URL, NEW | {"id": "other"})
    api.post(WHERE, CANCELLED)
    assert [one["id"] for one in api.get(URL, {"withdrawn": "true"}).json()["results"]] == [NEW["id"]]
    assert [one["id"] for one in api.get(URL, {"withdrawn": "false"}).json()["results"]] == ["other"]
    assert api.get(URL, {"withdrawn": "yes"}).json() == {"withdrawn": ['Must be "true" or "false".']}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, {"reason": ["This field is required."]}),
        ({"reason": "Cancelled"}, {"reason": ['Must be "cancelled" or "corrected".']}),
        ({"reason": None}, {"reason": ["This field may not be null."]}),
        ({"reason": "cancelled", "id": 1}, {"id": ["Unknown field."]}),
    ],
)
@pytest.mark.usefixtures("alert")
def test_what_is_no_reason_is_refused(api: APIClient, body: dict[str, Any], error: dict[str, Any]) -> None:
    answer = api.post(WHERE, body)
    assert (answer.status_code, answer.json()) == (400, error)
    assert api.get(ALERT).json()["withdrawn_at"] is None


@pytest.mark.parametrize("name", ["nothing", "%00", "a%20b"])
def test_there_is_no_such_alert(api: APIClient, name: str) -> None:
    answer = api.post(f"{URL}{name}/withdraw/", CANCELLED)
    assert (answer.status_code, answer.json()) == (404, {"detail": "There is no such alert."})


@pytest.mark.parametrize(
    ("columns", "broken"),
    [
        ({"withdrawn_at": timezone.now()}, "withdrawn_reason_when"),
        ({"withdrawn_reason": "cancelled"}, "withdrawn_reason_when"),
        ({"withdrawn_at": timezone.now(), "withdrawn_reason": "wrong"}, "withdrawn_reason_known"),
    ],
)
@pytest.mark.usefixtures("alert")
def test_the_database_has_when_and_why_together(columns: dict[str, Any], broken: str) -> None:
    with pytest.raises(IntegrityError, match=broken):
        Alert.objects.filter(pk=NEW["id"]).update(**columns)
