"""Every ticker that the watch takes is a ticker here, in addresses, pages and files."""

import json
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from trades.models import Trade

from .book import URL, found

pytestmark = pytest.mark.django_db
FORMS = json.loads((Path(__file__).parents[3] / "tests/data/tickers.json").read_text())


@pytest.fixture
def book(api: APIClient, fill: dict[str, Any]) -> list[str]:
    """A trade of each."""
    for ticker in FORMS["tickers"]:
        answer = api.post(URL, fill | {"ticker": ticker})
        assert (answer.status_code, answer.json()["ticker"]) == (201, ticker)
    return sorted(FORMS["tickers"])


def test_each_is_found_by_its_name(api: APIClient, book: list[str]) -> None:
    for ticker in book:
        [id_] = found(api, ticker=ticker)
        assert Trade.objects.get(pk=id_).ticker == ticker
        for address in ("/api/trades/summary/", "/api/positions/", "/api/lots/"):
            assert [row["ticker"] for row in api.get(address, {"ticker": ticker}).json()["results"]] == [ticker]
        assert api.get("/api/candles/", {"ticker": ticker}).json()["ticker"] == ticker


def test_all_are_found_together_and_told_in_one_order(api: APIClient, book: list[str]) -> None:
    assert len(found(api, ticker=",".join(book))) == len(book)
    for address in ("/api/trades/summary/", "/api/positions/", "/api/lots/"):
        assert [row["ticker"] for row in api.get(address).json()["results"]] == book


@pytest.mark.parametrize("format_", ["csv", "ndjson"])
def test_an_export_of_them_is_imported_as_it_was(api: APIClient, book: list[str], format_: str) -> None:
    answer = api.get(f"{URL}export/?format={format_}")
    file = b"".join(answer.streaming_content)
    Trade.objects.all().delete()
    assert api.generic("POST", f"{URL}bulk/", file, content_type=answer["Content-Type"]).json()["created"] == len(book)
    assert sorted(Trade.objects.values_list("ticker", flat=True)) == book


def test_what_a_spreadsheet_would_take_for_a_formula_is_marked(api: APIClient, book: list[str]) -> None:
    lines = b"".join(api.get(f"{URL}export/?format=csv").streaming_content).decode().splitlines()
    assert {line.partition(",")[0] for line in lines if line[0] in "'=+-@"} == {"'=A", "'-A", "'+A", "'@A"}


@pytest.mark.parametrize("ticker", FORMS["read_in_upper_case"])
def test_any_case_is_read(api: APIClient, fill: dict[str, Any], ticker: str) -> None:
    id_ = api.post(URL, fill | {"ticker": ticker}).json()["id"]
    assert Trade.objects.get(pk=id_).ticker == ticker.upper()
    assert found(api, ticker=ticker) == [id_]


@pytest.mark.parametrize("ticker", FORMS["no_tickers"])
def test_nothing_else_is_one(api: APIClient, fill: dict[str, Any], ticker: str) -> None:
    answer = api.post(URL, fill | {"ticker": ticker})
    assert (answer.status_code, list(answer.json())) == (400, ["ticker"])
