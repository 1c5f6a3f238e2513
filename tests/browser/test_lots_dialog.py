"""The lots behind a position, a page at a time."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from .desk import Scripted
from .guards import Guards
from .made import book
from .test_positions_panel import opened, row

OPTION = "SPY   250620C00450000"
OF_ALL = {
    "ticker": OPTION, "currency": "USD", "multiplier": "100", "acquired_at": "2025-06-06T20:00:00Z", "opened_by": 1,
}  # fmt: skip
OPEN = [
    OF_ALL | {"quantity": "2", "price": "1.2", "basis": "240", "fees": "1.3"},
    OF_ALL | {"quantity": "1", "price": "1.333333333333333333", "basis": "133.3333333333333333", "fees": "0.65"},
]
CLOSED = [
    OF_ALL | {
        "quantity": "1", "disposed_at": "2025-06-09T20:00:00Z", "closed_by": 3, "days_held": 3,
        "proceeds": "150", "basis": "120", "fees": "1.3", "profit": "30", "profit_after_fees": "28.7",
    },
    OF_ALL | {
        "quantity": "1", "acquired_at": None, "opened_by": None, "disposed_at": "2025-06-09T20:00:00Z", "closed_by": 3,
        "days_held": None, "proceeds": "100", "basis": "120", "fees": "0", "profit": "-20", "profit_after_fees": "-20",
    },
]  # fmt: skip


class Answering:
    """The API's lots: as many answers as there are, and then 503. `asked` are the parameters of each request."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, str]] = []

    def __call__(self, route: Route) -> None:
        self.asked.append({name: value for name, [value] in parse_qs(urlsplit(route.request.url).query).items()})
        if self.answers:
            route.fulfill(json=self.answers.pop(0))
        else:
            route.fulfill(status=503, json={"detail": "The database is away."})


@pytest.fixture
def page(scripted: Scripted, ledger: str) -> Page:
    book(ledger, "buy", "3", OPTION, "1.2", timestamp="2025-06-06T20:00:00Z")
    return opened(scripted)


def answered(page: Page, *answers: dict[str, Any]) -> Answering:
    answering = Answering(*answers)
    page.route("**/api/lots/?*", answering)
    return answering


def open_lots(page: Page, name: str) -> None:
    row(page, OPTION).get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name=name).click()


def cells(page: Page, number: int) -> Locator:
    return page.locator("#lots-rows tr").nth(number).locator("td")


def test_the_lots_are_those_behind_the_position(page: Page, ledger: str) -> None:
    """By the real API, where all other tests say what it answers."""
    book(ledger, "sell", "1", OPTION, "1.5", timestamp="2025-06-09T20:00:00Z", fee="0.65")
    page.evaluate("document.dispatchEvent(new CustomEvent('ledgerchange'))")
    expect(row(page, OPTION).locator("td.quantity")).to_have_text("2")
    open_lots(page, "Open lots")
    expect(cells(page, 0)).to_have_text(["6 Jun 2025 22:00:00.000", "2", "1.20", "240.00", "0.00", "USD"])
    page.get_by_label("Show").select_option("what was disposed of")
    expect(cells(page, 0)).to_have_text(
        ["6 Jun 2025 22:00:00.000", "9 Jun 2025 22:00:00.000", "3", "1", "150.00", "120.00", "0.65", "+30.00", "+29.35", "USD"]
    )  # fmt: skip
    expect(page.locator("#lots-rows tr")).to_have_count(1)
    expect(page.locator("#lots-more")).to_be_hidden()


def test_open_lots_say_when_at_what_price_and_with_which_fees_they_were_acquired(page: Page) -> None:
    page.get_by_label("Cost by").select_option("lifo")
    lots = answered(page, {"state": "open", "method": "lifo", "next": None, "results": OPEN})
    open_lots(page, "Open lots")
    expect(page.locator("#lots-title")).to_have_text(f"Lots: {OPTION}")
    expect(page.locator("#lots th")).to_have_text(["Acquired", "Quantity", "Price", "Basis", "Fees", "Currency"])
    expect(cells(page, 0)).to_have_text(["6 Jun 2025 22:00:00.000", "2", "1.20", "240.00", "1.30", "USD"])
    expect(cells(page, 1)).to_have_text(["6 Jun 2025 22:00:00.000", "1", "1.33333333", "133.33", "0.65", "USD"])
    expect(cells(page, 1).nth(2)).to_have_attribute("title", "1.333333333333333333")
    [asked] = lots.asked
    assert asked == {"state": "open", "method": "lifo", "ticker": OPTION, "tz": "Europe/Berlin", "page_size": "100"}


def test_closed_lots_say_what_each_earned(page: Page) -> None:
    answered(page, {"state": "closed", "method": "fifo", "next": None, "results": CLOSED})
    open_lots(page, "Closed lots")
    expect(cells(page, 0)).to_have_text(
        ["6 Jun 2025 22:00:00.000", "9 Jun 2025 22:00:00.000", "3", "1", "150.00", "120.00", "1.30", "+30.00", "+28.70", "USD"]
    )  # fmt: skip
    expect(cells(page, 1)).to_have_text(
        ["–", "9 Jun 2025 22:00:00.000", "–", "1", "100.00", "120.00", "0.00", "−20.00", "−20.00", "USD"]
    )


def test_the_other_state_is_a_choice_away_and_there_may_be_none(page: Page) -> None:
    lots = answered(
        page,
        {"state": "open", "method": "fifo", "next": None, "results": OPEN},
        {"state": "closed", "method": "fifo", "next": None, "results": []},
    )
    open_lots(page, "Open lots")
    expect(page.locator("#lots-rows tr")).to_have_count(2)
    page.get_by_label("Show").select_option("what was disposed of")
    expect(page.locator("#lots")).to_contain_text("There are none.")
    expect(page.locator("#lots-table")).to_be_hidden()
    assert [asked["state"] for asked in lots.asked] == ["open", "closed"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_more_lots_are_a_click_away_and_a_failure_can_be_tried_again(page: Page, guards: Guards) -> None:
    guards.expect("503")
    following = "http://elsewhere.example/api/lots/?cursor=c2"  # a proxy's own name: the page stays on its host
    lots = answered(page, {"state": "open", "method": "fifo", "next": following, "results": OPEN})
    open_lots(page, "Open lots")
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("#lots-trouble")).to_have_text("The database is away.")
    expect(page.locator("#lots-rows tr")).to_have_count(2)
    lots.answers.append({"state": "open", "method": "fifo", "next": None, "results": OPEN[:1]})
    page.locator("#lots").get_by_role("button", name="Try again").click()
    expect(page.locator("#lots-rows tr")).to_have_count(3)
    expect(page.locator("#lots-more")).to_be_hidden()
    assert [asked.get("cursor") for asked in lots.asked] == [None, "c2", "c2"]
