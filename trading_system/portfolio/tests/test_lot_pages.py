"""Pages of lots: walked by a cursor, and right while trades are booked."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from rest_framework.test import APIClient

from portfolio import in_turn, lot_list
from portfolio.lots import METHODS
from rest.pagination import signer
from trades.models import Trade

from .book import LOTS, book, lots

pytestmark = pytest.mark.django_db
STATES = ("open", "closed")


@pytest.fixture
def three() -> None:
    """Books of three tickers: of each, some lots are open, and others were closed part by part."""
    for ticker in ("A-B", "A.B", "AB"):
        book([("buy", "3", str(price)) for price in range(1, 9)], ticker)
        book([("sell", "4", "5")] * 3, ticker, minutes=10)
        book([("sell", "2", "6")] * 2, ticker, minutes=20)


def walk(api: APIClient, between: Callable[[], None] = lambda: None, **parameters: str) -> list[dict[str, Any]]:
    """The lots of all pages; something happens after each."""
    answer, found = api.get(LOTS, parameters), []
    while True:
        page = answer.json()
        assert len(page["results"]) <= int(parameters["page_size"])
        found += page["results"]
        if page["next"] is None:
            return found
        between()
        answer = api.get(page["next"])


def cursor_of(answer: Any) -> str:
    [cursor] = parse_qs(urlsplit(answer.json()["next"]).query)["cursor"]
    return cursor


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("size", ["1", "4", "7"])
def test_pages_are_one_list_cut_up(api: APIClient, state: str, method: str, size: str) -> None:
    whole = lots(api, state, method=method)
    assert {lot["ticker"] for lot in whole} == {"A-B", "A.B", "AB"}
    assert walk(api, state=state, method=method, page_size=size) == whole


@pytest.mark.usefixtures("three")
def test_a_page_that_is_full_at_the_end_is_the_last(api: APIClient) -> None:
    count = len(lots(api))
    assert api.get(LOTS, {"state": "closed", "page_size": str(count)}).json()["next"] is None
    assert api.get(LOTS, {"state": "closed", "page_size": str(count - 1)}).json()["next"] is not None


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("state", STATES)
def test_what_is_booked_meanwhile_moves_no_lot(api: APIClient, state: str) -> None:
    """In tickers before and between, and in those of the pages."""
    before = lots(api, state)

    def trade() -> None:
        for ticker in ("A", "AA"):
            book([("buy", "1", "5"), ("sell", "1", "6"), ("buy", "1", "7")], ticker)
        book([("buy", "1", "9")], "A-B", minutes=60)

    found = walk(api, trade, state=state, page_size="2")
    assert [lot for lot in found if lot in before] == before


@pytest.mark.usefixtures("three")
def test_open_lots_that_are_closed_meanwhile_hide_no_other(api: APIClient) -> None:
    def sell() -> None:
        if not Trade.objects.filter(price=99).exists():
            book([("sell", "2", "99")], "A-B", minutes=60)  # all that is left of the first

    whole = lots(api, "open")
    assert walk(api, sell, state="open", page_size="1") == whole


@pytest.mark.usefixtures("three")
def test_a_tax_year_has_pages(api: APIClient) -> None:
    year = {"disposed_from": "2025-06-06T20:11:00Z", "disposed_to": "2025-06-06T20:20:00Z"}
    whole = lots(api, **year)
    assert {lot["disposed_at"] for lot in whole} == {f"2025-06-06T20:{minute}:00Z" for minute in (11, 12, 20)}
    assert walk(api, state="closed", page_size="2", **year) == whole


@pytest.mark.usefixtures("three")
def test_tickers_before_the_page_are_not_read(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lots(api)
    size = str([lot["ticker"] for lot in whole].index("AB"))  # the first page ends with the second ticker
    following = api.get(LOTS, {"state": "closed", "page_size": size}).json()["next"]
    read: list[int] = []
    fill_of = in_turn.fill_of
    monkeypatch.setattr(lot_list, "fill_of", lambda row: read.append(row.id) or fill_of(row))
    assert {lot["ticker"] for lot in api.get(following).json()["results"]} == {"AB"}
    assert set(Trade.objects.filter(id__in=read).values_list("ticker", flat=True)) == {"A.B", "AB"}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("change", [lambda text: "", lambda text: "x", lambda text: text[:-1], lambda text: f"{text}x"])
def test_a_cursor_that_was_changed_is_refused(api: APIClient, change: Callable[[str], str]) -> None:
    cursor = cursor_of(api.get(LOTS, {"state": "closed", "page_size": "1"}))
    answer = api.get(LOTS, {"state": "closed", "cursor": change(cursor)})
    expected = {"cursor": ["Must be a cursor of an answer, from next or previous."]}
    assert (answer.status_code, answer.json()) == (400, expected)


@pytest.mark.usefixtures("three")
def test_a_cursor_of_something_else_is_refused(api: APIClient) -> None:
    cursors = [cursor_of(api.get(address, {"page_size": "1"})) for address in (LOTS, "/api/trades/")]
    for cursor in (*cursors, signer("trades").sign_object([True])):
        assert api.get(LOTS, {"state": "closed", "cursor": cursor}).status_code == 400
