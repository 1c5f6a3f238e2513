"""Imports and profiles in a browser, and bodies that are none of theirs."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/api/imports/", "/api/import-profiles/", "/api/import-profiles/schwab/"])
def test_a_page_has_no_form_of_fields_that_are_only_answered(client: Client, address: str) -> None:
    page = client.get(address, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert b'name="created_at"' not in page.content
    assert b"not currently supported" not in page.content


def test_a_form_is_no_profile(client: Client) -> None:
    assert client.post("/api/import-profiles/", {"name": "mine"}).status_code == 415


def test_an_unknown_layout_is_told_before_anything_is_asked(client: Client) -> None:
    answer = client.post(
        "/api/trades/bulk/", "Day;Stock;Pieces;Rate\n31/03/2025;AIR;50;160,50\n", content_type="text/csv"
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"].startswith("No profile knows its columns (Day, Stock, Pieces, Rate).")
