"""The lists that a watch asks for every few seconds: a 304 and one query as long as nothing has changed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from alerts.models import AlertRule

from .rules import LEVEL, RISE, RULES
from .test_previews import NOTHING, PREVIEWS
from .test_snoozes import SNOOZES, in_, over

pytestmark = pytest.mark.django_db
LISTS = [RULES, f"{SNOOZES}?active=true", f"{PREVIEWS}?pending=true"]
ADD: dict[str, Callable[[str], Any]] = {
    RULES: lambda name: RISE | {"name": name},
    SNOOZES: lambda name: {"ticker": name, "until": in_(hours=1)},
    PREVIEWS: lambda name: {"rule": RISE | {"name": name}},
}


def again(api: APIClient, url: str, version: str) -> Any:
    return api.get(url, headers={"If-None-Match": version})


@pytest.mark.parametrize("url", LISTS)
def test_what_has_not_changed_is_not_sent(api: APIClient, url: str) -> None:
    for name in ("", "a", "b"):
        if name:
            api.post(url.partition("?")[0], ADD[url.partition("?")[0]](name))
        first = api.get(url)
        assert first.status_code == 200
        for version in (first["ETag"], f"W/{first['ETag']}", f'"x", {first["ETag"]}', "*"):
            answer = again(api, url, version)
            assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", first["ETag"])


@pytest.mark.parametrize("url", LISTS)
def test_it_takes_as_few_queries_as_can_be(api: APIClient, url: str) -> None:
    address = url.partition("?")[0]
    for number in range(15):
        assert api.post(address, ADD[address](f"a{number}")).status_code == 201
    with CaptureQueriesContext(connection) as queries:
        version = api.get(url)["ETag"]
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        assert again(api, url, version).status_code == 304
    assert len(queries) == 1


def test_every_change_of_rules_is_seen(api: APIClient) -> None:
    seen = [api.get(RULES)["ETag"]]
    first, second = (api.post(RULES, one).json() for one in (RISE, LEVEL))
    for change in (
        lambda: None,
        lambda: api.patch(f"{RULES}{first['id']}/", {"window": 30}),
        lambda: api.patch(f"{RULES}{second['id']}/", {"severity": "info"}),
        lambda: api.delete(f"{RULES}{second['id']}/"),
        lambda: api.post(RULES, LEVEL),
        lambda: api.delete(f"{RULES}{first['id']}/"),
    ):
        change()
        seen.append(api.get(RULES)["ETag"])
    assert len(set(seen)) == len(seen) == 7


def test_a_change_that_is_older_than_the_newest_is_seen(api: APIClient) -> None:
    """As of a transaction that began earlier and ended later."""
    first, second = (AlertRule.objects.get(pk=api.post(RULES, one).json()["id"]) for one in (RISE, LEVEL))
    second.save()
    before = api.get(RULES)["ETag"]
    AlertRule.objects.filter(pk=first.pk).update(threshold=9, updated_at=second.created_at)
    assert again(api, RULES, before).status_code == 200


def test_the_end_of_a_snooze_is_a_change(api: APIClient) -> None:
    snooze = api.post(SNOOZES, {"ticker": "A", "until": in_(hours=1)}).json()
    url = f"{SNOOZES}?active=true"
    version = api.get(url)["ETag"]
    over(snooze)
    assert again(api, url, version).json() == {"results": []}


def test_the_answer_of_a_preview_is_a_change(api: APIClient) -> None:
    preview = api.post(PREVIEWS, {"rule": RISE}).json()
    url = f"{PREVIEWS}?pending=true"
    version = api.get(url)["ETag"]
    api.patch(f"{PREVIEWS}{preview['id']}/", NOTHING)
    assert again(api, url, version).json() == {"results": []}
