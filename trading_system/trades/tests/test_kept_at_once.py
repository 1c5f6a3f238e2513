"""What happens to a file that is booked while somebody, or something, else reaches for it."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from trades import kept
from trades.models import Import, Trade

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "ticker,price,quantity,side,timestamp\n"
FILE = HEADER + "A,1,1,buy,2025-06-06T20:00:00Z\n" * 2_000
OTHER = HEADER + "B,1,1,buy,2025-06-06T20:00:00Z\n"


def send(client: APIClient, body: str = FILE) -> int:
    number: int = client.post("/api/imports/", body, content_type="text/csv").json()["id"]
    return number


def book(client: APIClient, number: int) -> Any:
    return client.post(f"/api/imports/{number}/book/", {}, format="json")


def at_once(together: Callable[..., Any], *acts: Callable[[], Any]) -> list[Any]:
    following = iter(acts)
    return together(len(acts), lambda: next(following)())  # type: ignore[no-any-return]


def test_a_file_that_is_booked_and_forgotten_at_once_is_either(together: Callable[..., Any]) -> None:
    client = APIClient()
    number = send(client)
    answers = at_once(together, lambda: book(client, number), lambda: APIClient().delete(f"/api/imports/{number}/"))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses in ([201, 409], [204, 404]), [answer.content for answer in answers]
    is_booked = 201 in statuses
    assert (Import.objects.filter(pk=number).exists(), Trade.objects.count()) == (is_booked, 2_000 * is_booked)


def test_a_file_that_is_booked_is_not_forgotten_for_a_new_one(
    together: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MAX_FILES", 1)
    client = APIClient()
    number = send(client)
    answers = at_once(together, lambda: book(client, number).status_code, lambda: send(APIClient(), OTHER))
    assert Import.objects.filter(pk=number).exists() == (201 in answers), answers


def test_a_file_that_is_booked_twice_at_once_is_booked_once(together: Callable[..., Any]) -> None:
    client = APIClient()
    number = send(client)
    answers = together(2, lambda: book(APIClient(), number))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert Trade.objects.count() == 2_000
