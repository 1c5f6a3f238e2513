"""Alerts whose trade the venue took back: they stay in the list, struck through, and are not new."""

import re

from playwright.sync_api import Locator, Page, expect

from .desk import Scripted
from .made import report, withdraw
from .test_alerts_panel import COUNT_TONES

STRUCK = re.compile("line-through")


def row(page: Page, ticker: str) -> Locator:
    return page.locator("#alerts-list li").filter(has_text=ticker)


def test_a_withdrawn_alert_is_struck_through_says_why_and_is_not_new(scripted: Scripted, ledger: str) -> None:
    alert = report(ledger, "AAPL", "100", "103")
    report(ledger, "MSFT", "400", "412")
    page = scripted.open()
    expect(page.locator("#alerts-new")).to_have_text("2 new")
    withdraw(ledger, alert, "cancelled")
    expect(row(page, "AAPL").locator(".withdrawal")).to_have_text("withdrawn: the trade was cancelled")
    for part in (".move", ".measured"):
        expect(row(page, "AAPL").locator(part)).to_have_css("text-decoration", STRUCK)
        expect(row(page, "MSFT").locator(part)).not_to_have_css("text-decoration", STRUCK)
    expect(page.locator("#alerts-new")).to_have_text("1 new")
    expect(page).to_have_title("(1) Trading desk")
    expect(page.locator("#alerts-said")).to_have_text("AAPL ▲ +3.00 % withdrawn: the trade was cancelled")


def test_one_that_came_withdrawn_is_given_no_sound_and_does_not_choose_the_chart(
    scripted: Scripted, ledger: str
) -> None:
    page = scripted.open()
    scripted.feed.tick("AAPL", "100")
    expect(page.locator("#chart-ticker")).to_have_text("AAPL")
    page.evaluate(COUNT_TONES)
    page.get_by_role("button", name="Sound").click()
    with page.expect_response("**/api/alerts/?*"):  # the next is two seconds away
        pass
    withdraw(ledger, report(ledger, "MSFT", "400", "412"), "corrected")
    expect(row(page, "MSFT")).to_contain_text("withdrawn: the trade was corrected")
    assert page.evaluate("tones") == 1  # of the click
    expect(page.locator("#chart-ticker")).to_have_text("AAPL")
    expect(page.locator("#alerts-new")).to_be_hidden()


def test_the_chart_does_not_count_it(scripted: Scripted, ledger: str) -> None:
    page = scripted.open()
    scripted.feed.tick("AAPL", "100")
    alert = report(ledger, "AAPL", "100", "103")
    expect(page.locator("#chart-summary")).to_contain_text("1 alert,")
    withdraw(ledger, alert, "cancelled")
    expect(page.locator("#chart-summary")).to_contain_text("0 alerts,")
