"""When the database is away, the answer is 503 and says when to try again."""

from typing import Any, NoReturn

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.utils import IntegrityError, InterfaceError, OperationalError
from django.test import Client
from psycopg2.errors import DeadlockDetected
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_an_outage_is_a_503(api: APIClient, fill: dict[str, Any], method: str, error: type[Exception]) -> None:
    def fail(*arguments: Any) -> NoReturn:
        raise error("server closed the connection unexpectedly at 10.0.0.7")

    with connection.execute_wrapper(fail):
        answer = getattr(api, method)("/api/trades/", fill if method == "post" else None)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.json() == {"detail": "The database cannot be reached; try again."}


def test_changes_that_were_in_each_others_way_are_no_outage(api: APIClient, fill: dict[str, Any]) -> None:
    def fail(*arguments: Any) -> NoReturn:
        raise OperationalError("deadlock detected") from DeadlockDetected()

    with connection.execute_wrapper(fail):
        answer = api.post("/api/trades/", fill)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.json() == {"detail": "Changes at the same time conflicted; try again."}


@pytest.mark.parametrize("url", ["/api/", "/api/trades/", "/admin/"])
def test_pages_answer_an_outage_with_503_too(admin_client: Client, url: str) -> None:
    def fail(*arguments: Any) -> NoReturn:
        raise OperationalError("server closed the connection unexpectedly at 10.0.0.7")

    with connection.execute_wrapper(fail):
        answer = admin_client.get(url, headers={"accept": "text/html"})
    assert (answer.status_code, answer.get("Retry-After")) == (503, "1")
    assert b"10.0.0.7" not in answer.content


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_an_outage_is_a_503_also_for_who_is_logged_in(api: APIClient, admin_user: User, method: str) -> None:
    def fail(*arguments: Any) -> NoReturn:
        raise OperationalError("server closed the connection unexpectedly at 10.0.0.7")

    api.force_login(admin_user)
    with connection.execute_wrapper(fail):
        answer = getattr(api, method)("/api/trades/1/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.json() == {"detail": "The database cannot be reached; try again."}


def test_other_logins_than_ours_are_not_looked_at(api: APIClient) -> None:
    assert api.get("/api/trades/", headers={"authorization": "Basic AGE6AGI="}).status_code == 200


def test_a_defect_of_ours_is_not_taken_for_a_users_mistake(api: APIClient, fill: dict[str, Any]) -> None:
    def fail(*arguments: Any) -> NoReturn:
        raise IntegrityError("some constraint that no rule of ours explains")

    with connection.execute_wrapper(fail), pytest.raises(IntegrityError):
        api.post("/api/trades/", fill)
