"""Alerts that somebody has seen to: calm, not new any more, and taken back by a toast."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from ..running import call
from .desk import Scripted
from .guards import Guards
from .made import ago, tell
from .seen import POLL
from .test_alerts_panel import alerts

TICKERS = ("A", "B", "C")  # newest first


@pytest.fixture
def ids(ledger: str) -> list[str]:
    return [tell(ledger, "rise", ticker, at=ago(number))["id"] for number, ticker in enumerate(TICKERS, 1)]


@pytest.fixture
def page(scripted: Scripted, ids: list[str]) -> Page:
    """Three alerts that nobody has seen to."""
    page = scripted.open()
    expect(alerts(page)).to_have_count(len(ids))
    return page


def done(page: Page) -> Locator:
    return page.locator("#alerts-list li.acknowledged .ticker")


def toast(page: Page | Locator) -> Locator:
    """The message at the bottom of the page, or of a dialog that is open."""
    return page.locator(".toast")


def acknowledged(ledger: str) -> list[str]:
    _, answer = call(f"{ledger}/alerts/?acknowledged=true")
    return [alert["ticker"] for alert in answer["results"]]


def test_a_button_acknowledges_an_alert_and_the_toast_takes_it_back(page: Page, ledger: str) -> None:
    button = page.get_by_role("button", name="Acknowledge: B ▲ +2.41 %")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(done(page)).to_have_text(["B"])
    expect(page.locator("#alerts-new")).to_have_text("2 new")
    expect(toast(page)).to_contain_text("Acknowledged: B ▲ +2.41 %")
    assert acknowledged(ledger) == ["B"]
    toast(page).get_by_role("button", name="Undo").click()
    expect(done(page)).to_have_count(0)
    expect(page.locator("#alerts-new")).to_have_text("3 new")
    assert acknowledged(ledger) == []


def test_what_is_acknowledged_is_taken_back_by_the_same_button(page: Page, ledger: str) -> None:
    button = page.get_by_role("button", name="Acknowledge: B ▲ +2.41 %")
    button.click()
    expect(done(page)).to_have_text(["B"])
    button.click()
    expect(done(page)).to_have_count(0)
    expect(toast(page)).to_contain_text("Not acknowledged: B")
    assert acknowledged(ledger) == []


def test_the_keys_of_a_row_acknowledge_it_and_leave_the_focus_where_it_is(page: Page, ledger: str) -> None:
    page.keyboard.press("a")
    expect(alerts(page).nth(0)).to_be_focused()
    for key, which in (("ArrowDown", 1), ("End", 2), ("ArrowUp", 1), ("Home", 0), ("ArrowUp", 0), ("ArrowDown", 1)):
        page.keyboard.press(key)
        expect(alerts(page).nth(which)).to_be_focused()
    page.keyboard.press("k")
    expect(done(page)).to_have_text(["B"])
    expect(alerts(page).nth(1)).to_be_focused()
    page.keyboard.press("u")
    expect(done(page)).to_have_count(0)
    assert acknowledged(ledger) == []


def test_tab_reaches_one_row_and_its_buttons(page: Page) -> None:
    page.keyboard.press("a")
    page.keyboard.press("ArrowDown")
    names = []
    for _ in range(3):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent"))
    assert names == ["B", "✓", "⋯"]
    page.keyboard.press("Tab")
    expect(page.locator("#trades-tab")).to_be_focused()


def test_the_focus_stays_in_its_row_when_another_alert_arrives(page: Page, ledger: str) -> None:
    page.keyboard.press("a")
    tell(ledger, "fall", "NEWER")
    expect(alerts(page)).to_have_count(4)
    expect(alerts(page).nth(1)).to_be_focused()


def test_all_are_acknowledged_from_a_rows_menu_and_taken_back_together(page: Page, ledger: str) -> None:
    alerts(page).nth(0).get_by_role("button", name="Acknowledge").click()
    expect(done(page)).to_have_text(["A"])
    alerts(page).nth(1).get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Acknowledge all 2").click()
    expect(toast(page)).to_contain_text("Acknowledged: 2 alerts")
    expect(page.locator("#alerts-new")).to_be_hidden()
    expect(page).to_have_title("Trading desk")
    assert acknowledged(ledger) == ["A", "B", "C"]
    toast(page).get_by_role("button", name="Undo").click()
    expect(page.locator("#alerts-new")).to_have_text("2 new")
    assert acknowledged(ledger) == ["A"]


def test_the_key_for_new_ones_leads_to_the_newest_that_is_not_acknowledged(page: Page) -> None:
    alerts(page).nth(0).get_by_role("button", name="Acknowledge").click()
    expect(done(page)).to_have_text(["A"])
    page.locator("#alerts-new").click()
    expect(alerts(page).nth(1)).to_be_focused()


def test_what_somebody_else_acknowledges_is_calm_without_a_reload(page: Page, ledger: str, ids: list[str]) -> None:
    address = f"{ledger}/alerts/{ids[2]}/acknowledge/"
    assert call(address, {}, "POST")[0] == 200
    expect(done(page)).to_have_text(["C"])
    expect(page.locator("#alerts-new")).to_have_text("2 new")
    assert call(address, method="DELETE")[0] == 200
    expect(done(page)).to_have_count(0)


def test_an_answer_that_was_asked_for_before_does_not_take_it_back(page: Page) -> None:
    """The list that is asked for every two seconds is held back, and comes after the row was acknowledged."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/alerts/?page_size=*", hold)
    await_routes(page, held, 1)
    old = held[0].fetch()
    alerts(page).nth(1).get_by_role("button", name="Acknowledge").click()
    expect(done(page)).to_have_text(["B"])
    held[0].fulfill(response=old)
    await_routes(page, held, 2)  # the answer before has been taken in
    assert done(page).all_text_contents() == ["B"]


def await_routes(page: Page, held: list[Route], count: int) -> None:
    while len(held) < count:
        page.wait_for_timeout(POLL)


def test_what_the_ledger_refuses_is_said_and_changes_nothing(page: Page, guards: Guards) -> None:
    guards.expect("403")
    refusal = {"detail": "You do not have permission to perform this action."}
    page.route("**/acknowledge/", lambda route: route.fulfill(status=403, json=refusal))
    alerts(page).nth(1).get_by_role("button", name="Acknowledge").click()
    expect(toast(page)).to_contain_text(refusal["detail"])
    expect(done(page)).to_have_count(0)
    expect(page.locator("#alerts-new")).to_have_text("3 new")
