"""Splits and renames in a ticker's menu: entered, seen through at once, deleted, put back."""

import pytest
from playwright.sync_api import Locator, Page, expect

from ..running import call
from .desk import Scripted
from .guards import Guards
from .made import book
from .test_positions_panel import opened, row

BEFORE = {"timestamp": "2025-06-06T20:00:00Z"}
SPLIT_TIME = "2025-06-09T15:30"  # of Berlin


@pytest.fixture
def page(scripted: Scripted, ledger: str) -> Page:
    """Ten bought at 800, before anything happened to them."""
    book(ledger, "buy", "10", "FB", "800", **BEFORE)
    return opened(scripted)


def choose(page: Page, ticker: str) -> Locator:
    row(page, ticker).get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Splits and renames").click()
    return page.locator("#corporate")


def fill(dialog: Locator, **fields: str) -> None:
    for name, value in fields.items():
        dialog.locator(f"[name={name}]").fill(value)
    dialog.get_by_role("button", name="Add", exact=True).click()


def actions(ledger: str) -> list[tuple[str, ...]]:
    return [
        (one["kind"], one["ticker"], one["timestamp"], one["new"], one["old"], one["to"])
        for one in call(f"{ledger}/corporate-actions/")[1]["results"]
    ]


def test_a_split_is_added_and_positions_follow(page: Page, ledger: str) -> None:
    dialog = choose(page, "FB")
    expect(dialog).to_contain_text("None was entered.")
    fill(dialog, timestamp=SPLIT_TIME, new="4", old="1")
    expect(dialog.locator("li")).to_contain_text("FB: 4 for 1")
    expect(dialog.get_by_role("status")).to_have_text("Added: FB: 4 for 1")
    expect(dialog.locator("[name=new]")).to_have_value("")
    assert actions(ledger) == [("split", "FB", "2025-06-09T13:30:00Z", 4, 1, None)]
    page.keyboard.press("Escape")
    expect(row(page, "FB").locator("td.quantity")).to_have_text("40")
    expect(row(page, "FB").locator("td.average")).to_have_text("200.00")


def test_the_focus_returns_to_the_menu_of_a_position_that_has_changed(page: Page) -> None:
    dialog = choose(page, "FB")
    fill(dialog, timestamp=SPLIT_TIME, new="4", old="1")
    expect(row(page, "FB").locator("td.quantity")).to_have_text("40")
    page.keyboard.press("Escape")
    expect(row(page, "FB").get_by_role("button", name="Actions")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Splits and renames")).to_be_visible()


def test_an_error_is_below_its_field_which_stays_where_it_is(page: Page, guards: Guards) -> None:
    guards.expect("400")
    dialog = choose(page, "FB")
    place = "(field) => [field.getBoundingClientRect().left, field.getBoundingClientRect().bottom]"
    lefts = [dialog.locator(f"[name={name}]").evaluate(place)[0] for name in ("kind", "timestamp", "new", "old")]
    fill(dialog, timestamp="2025-06-06T00:00", new="4", old="1")
    error = dialog.locator(".error")
    expect(error).to_contain_text("would change nothing")
    assert [
        dialog.locator(f"[name={name}]").evaluate(place)[0] for name in ("kind", "timestamp", "new", "old")
    ] == lefts
    left, bottom = dialog.locator("[name=timestamp]").evaluate(place)
    box = error.bounding_box()
    assert box
    assert (box["x"], 0 <= box["y"] - bottom < 10) == (left, True)


def test_a_rename_is_added_and_listed_with_either_ticker(page: Page, ledger: str) -> None:
    dialog = choose(page, "FB")
    dialog.get_by_label("Kind").select_option("rename")
    expect(dialog.locator("[name=new]")).to_be_hidden()
    fill(dialog, timestamp=SPLIT_TIME, to="meta")
    expect(dialog.locator("li")).to_contain_text("FB became META")
    page.keyboard.press("Escape")
    dialog = choose(page, "META")
    expect(dialog.locator("li")).to_contain_text("FB became META")
    dialog.get_by_role("button", name="Delete: FB became META").click()
    expect(dialog.get_by_role("status")).to_have_text("Deleted: FB became META.")
    expect(dialog.locator("li")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(row(page, "FB")).to_be_visible()
    assert actions(ledger) == []


def test_what_was_deleted_is_left_in_the_form_and_put_back_by_it(page: Page, ledger: str) -> None:
    dialog = choose(page, "FB")
    fill(dialog, timestamp=SPLIT_TIME, new="4", old="1")
    expect(dialog.locator("li")).to_have_count(1)
    [before] = actions(ledger)
    dialog.get_by_role("button", name="Delete: FB: 4 for 1").click()
    expect(dialog.get_by_role("status")).to_have_text("Deleted: FB: 4 for 1. Add puts it back.")
    expect(dialog.locator("li")).to_have_count(0)
    assert actions(ledger) == []
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.locator("li")).to_have_count(1)
    assert actions(ledger) == [before]


def test_what_is_wrong_is_said_beside_its_field(page: Page, ledger: str, guards: Guards) -> None:
    guards.expect("400")
    dialog = choose(page, "FB")
    fill(dialog, new="0", old="x")
    for name, message in {"timestamp": "required", "new": "above zero", "old": "valid integer"}.items():
        field = dialog.locator(f"[name={name}]")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"#{field.get_attribute('aria-describedby')}")).to_contain_text(message)
    expect(dialog.locator("[name=timestamp]")).to_be_focused()
    fill(dialog, timestamp="2020-01-01T00:00", new="4", old="1")
    expect(dialog.locator(".error")).to_have_text("No trade of FB is before it: it would change nothing.")
    dialog.get_by_label("Kind").select_option("rename")
    expect(dialog.locator("[aria-invalid]")).to_have_count(0)
    fill(dialog, timestamp=SPLIT_TIME, to="FB")
    expect(dialog.locator("[name=to]")).to_have_attribute("aria-invalid", "true")
    assert actions(ledger) == []


def test_a_trades_menu_leads_there_too(page: Page) -> None:
    page.get_by_role("tab", name="Trades").click()
    page.locator("#book-rows tr[data-id]").get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Splits and renames").click()
    expect(page.locator("#corporate-title")).to_have_text("Splits and renames: FB")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_odd_tickers_are_asked_for_as_they_are(scripted: Scripted, ledger: str) -> None:
    for ticker in ("M&M", "^GSPC", "SPY   250620C00450000"):
        book(ledger, "buy", "1", ticker, "10", **BEFORE)
    page = opened(scripted)
    for ticker in ("M&M", "^GSPC", "SPY   250620C00450000"):
        dialog = choose(page, ticker)
        expect(page.locator("#corporate-title")).to_have_text(f"Splits and renames: {ticker}")
        fill(dialog, timestamp=SPLIT_TIME, new="2", old="1")
        expect(dialog.locator("li .ticker")).to_have_text(f"{ticker}: 2 for 1")
        page.keyboard.press("Escape")
        expect(row(page, ticker).locator("td.quantity")).to_have_text("2")
