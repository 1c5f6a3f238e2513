"""When the database is away, the answer is 503 and says when to try again."""

from typing import Any, NoReturn

import pytest
from django.db import connection
from django.db.utils import IntegrityError, InterfaceError, OperationalError
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


def test_a_defect_of_ours_is_not_taken_for_a_users_mistake(api: APIClient, fill: dict[str, Any]) -> None:
    def fail(*arguments: Any) -> NoReturn:
        raise IntegrityError("some constraint that no rule of ours explains")

    with connection.execute_wrapper(fail), pytest.raises(IntegrityError):
        api.post("/api/trades/", fill)
