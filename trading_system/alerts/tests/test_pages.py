"""In a browser, the resources of alerts are pages."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from .rules import RISE, RULES
from .sent import NEW, URL
from .test_previews import ANSWER, PREVIEWS
from .test_snoozes import SNOOZES, in_

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("url", "body", "shown"),
    [
        (URL, NEW, "174.40"),
        (RULES, RISE, "apple-up"),
        (SNOOZES, {"ticker": "AAPL"}, "AAPL"),
        (PREVIEWS, {"rule": RISE}, "apple-up"),
    ],
)
def test_a_list_and_one_of_it_are_pages(api: APIClient, url: str, body: dict[str, Any], shown: str) -> None:
    added = api.post(url, body | ({"until": in_(hours=1)} if url == SNOOZES else {}))
    if url == PREVIEWS:
        assert api.patch(added["Location"], ANSWER).status_code == 200
    for address in (url, added["Location"]):
        page = api.get(address, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert shown in page.content.decode()


def test_the_list_of_what_there_is_has_them(api: APIClient) -> None:
    assert {"alert-rules", "alert-snoozes", "alert-previews"} <= api.get("/api/").json().keys()
