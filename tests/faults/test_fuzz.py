"""Requests that nobody thought of, from somebody who may do everything."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from rest_framework.test import APIClient

from access.tests.people import token_of
from trades.tests.book import TRADE

from .cases import of

Figure = Callable[[str], None]
CASES = of(20, 1000)


@pytest.mark.case("schemathesis, authenticated")
@pytest.mark.django_db
@pytest.mark.timeout(60 + 2 * CASES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_answer_surprises(monkeypatch: pytest.MonkeyPatch, settings: Any, seed: int, figure: Figure) -> None:
    from trades.tests.conformance import documented_service, hold

    service = documented_service(monkeypatch)
    settings.LOGIN_REQUIRED = True
    user = User.objects.create_user("robin")
    user.groups.set(Group.objects.filter(name="admin"))
    headers = {"Authorization": f"Token {token_of(user)}"}
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=headers["Authorization"])
    address = api.post("/api/trades/", TRADE | {"external_id": "a"})["Location"]
    answer = api.patch(address, {"note": "b"})
    hold(service, answer.json() | {"etag": answer["ETag"]}, seed, CASES, headers)
    figure(f"seed {seed}: {CASES} cases, each sent twice: no 5xx, no undocumented answer")
