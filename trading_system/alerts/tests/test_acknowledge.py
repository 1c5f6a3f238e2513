"""An alert that somebody has seen is acknowledged: by the first who says so, until it is taken back."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from alerts.models import Alert
from rest.tests.clients import ApiClient

from .sent import NEW, URL

pytestmark = pytest.mark.django_db
WHERE = f"{URL}{NEW['id']}/acknowledge/"


@pytest.fixture
def robin() -> APIClient:
    return logged_in("robin")


def logged_in(name: str) -> APIClient:
    client = ApiClient()
    client.force_authenticate(User.objects.create_user(name))
    return client


def test_it_says_who_and_when(robin: APIClient, alert: dict[str, Any]) -> None:
    answer = robin.post(WHERE)
    told = answer.json()
    assert (answer.status_code, told["acknowledged_by"]) == (200, "robin")
    assert told["acknowledged_at"] >= told["created_at"]
    assert told == robin.get(f"{URL}{NEW['id']}/").json()


def test_the_first_one_stays(robin: APIClient, alert: dict[str, Any]) -> None:
    first = robin.post(WHERE).json()
    assert logged_in("kim").post(WHERE, {}).json() == first


@pytest.mark.usefixtures("alert")
def test_without_a_login_nobody_is_named(api: APIClient) -> None:
    assert api.post(WHERE).json()["acknowledged_by"] is None
    assert Alert.objects.exclude(acknowledged_at=None).count() == 1


def test_it_is_taken_back_and_given_again(robin: APIClient, api: APIClient, alert: dict[str, Any]) -> None:
    robin.post(WHERE)
    for _ in range(2):
        answer = api.delete(WHERE)
        assert (answer.status_code, answer.json()) == (200, alert | {"held": None})
    assert logged_in("kim").post(WHERE).json()["acknowledged_by"] == "kim"


def test_another_delivery_does_not_take_it_back(api: APIClient, alert: dict[str, Any]) -> None:
    api.post(WHERE)
    assert api.post(URL, NEW).json()["acknowledged_at"]


def test_lists_have_those_or_the_others(api: APIClient, alert: dict[str, Any]) -> None:
    api.post(URL, NEW | {"id": "other"})
    api.post(WHERE)
    assert [one["id"] for one in api.get(URL, {"acknowledged": "true"}).json()["results"]] == [NEW["id"]]
    assert [one["id"] for one in api.get(URL, {"acknowledged": "false"}).json()["results"]] == ["other"]


@pytest.mark.parametrize("name", ["nothing", "%00", "a%20b"])
def test_there_is_no_such_alert(api: APIClient, name: str) -> None:
    for answer in (api.post(f"{URL}{name}/acknowledge/"), api.delete(f"{URL}{name}/acknowledge/")):
        assert (answer.status_code, answer.json()) == (404, {"detail": "There is no such alert."})
