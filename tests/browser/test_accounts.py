"""The account that the page is about: everything that is shown, and everything that is added, is of it."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ..running import call
from .desk import Scripted
from .guards import Guards
from .made import ago, book, created, report
from .test_book import ROWS, add
from .test_import_page import CSV, DROP

HOSTILE = '<img src=x onerror="boom()"> & Söhne'


def opened_account(ledger: str, name: str) -> dict[str, Any]:
    return created(f"{ledger}/accounts/", {"name": name, "currency": "EUR"})


def switcher(page: Page) -> Locator:
    return page.get_by_role("banner").get_by_label("Account")


@pytest.fixture
def family(ledger: str) -> dict[str, Any]:
    """A second account, and a trade in each."""
    account = opened_account(ledger, "family")
    book(ledger, "buy", "10", "AAPL", "150")
    book(ledger, "sell", "4", "MSFT", "400", account="family")
    return account


def test_one_account_alone_is_no_choice(scripted: Scripted) -> None:
    page = scripted.open()
    expect(page.locator("#book-empty")).to_be_visible()
    expect(switcher(page)).to_be_hidden()
    page.keyboard.press("n")
    expect(page.locator("#trade [name=ticker]")).to_be_visible()
    expect(page.locator("#trade [name=account]")).to_be_hidden()


def test_all_accounts_are_shown_or_one_of_them_which_outlives_a_reload(
    scripted: Scripted, family: dict[str, Any]
) -> None:
    page = scripted.open()
    expect(switcher(page)).to_have_value("")
    expect(page.locator(f"{ROWS} td.account")).to_have_text(["family", "main"])
    switcher(page).select_option("family")
    expect(page.locator(f"{ROWS} .ticker button")).to_have_text(["MSFT"])
    expect(page.locator(f"{ROWS} td.account")).to_be_hidden()
    page.reload()
    expect(switcher(page)).to_have_value("family")
    expect(page.locator(f"{ROWS} .ticker button")).to_have_text(["MSFT"])
    page.get_by_role("tab", name="Positions").click()
    expect(page.locator("#positions-rows .ticker")).to_have_text(["MSFT"])
    expect(page.locator("#book-csv")).to_have_attribute("href", "/api/trades/export/?format=csv&account=family")
    switcher(page).select_option("All accounts")
    expect(page.locator("#positions-rows .ticker")).to_have_text(["AAPL", "MSFT"])
    assert "account" not in page.url


def test_filters_stay_with_the_account(scripted: Scripted, ledger: str, family: dict[str, Any]) -> None:
    book(ledger, "buy", "1", "AAPL", "150", account="family")
    page = scripted.visit(f"{scripted.api.address}/?account=family&ticker=aapl")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator(ROWS)).to_contain_text("150.00")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator(ROWS)).to_have_count(2)
    assert page.url.endswith("/?account=family")


def test_candles_and_what_was_held_are_of_the_account(scripted: Scripted, ledger: str, family: dict[str, Any]) -> None:
    report(ledger, "AAPL", "100", "103")
    report(ledger, "MSFT", "400", "412")
    page = scripted.open()
    held = page.locator("#alerts-list .held")
    expect(held).to_have_text(["you held −4: −48.00 EUR", "you held 10: +30.00 USD"])
    page.locator("#alerts-list").get_by_role("button", name="AAPL", exact=True).click()
    page.get_by_role("radio", name="1h").click()
    expect(page.locator("#chart-summary")).to_contain_text("1 candle")
    switcher(page).select_option("family")
    expect(page.locator("#chart-empty")).to_contain_text("No trades of AAPL are recorded")
    expect(held).to_have_text(["you held −4: −48.00 EUR", ""])


def test_own_trades_on_the_live_chart_are_of_the_account(scripted: Scripted, family: dict[str, Any]) -> None:
    page = scripted.open()
    scripted.feed.tick("AAPL", "150", at=ago(30))
    scripted.feed.tick("AAPL", "151")
    expect(page.locator("#chart-summary")).to_contain_text("1 own trade")
    switcher(page).select_option("family")
    expect(page.locator("#chart-summary")).to_contain_text("0 own trades")


def test_what_is_added_goes_into_the_account(scripted: Scripted, ledger: str, family: dict[str, Any]) -> None:
    page = scripted.open()
    switcher(page).select_option("family")
    expect(page.locator(ROWS)).to_have_count(1)
    page.keyboard.press("n")
    expect(page.locator("#trade [name=account]")).to_have_value("family")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    add(page, ticker="SIE", quantity="2", price="201.5", fee="0.001", fee_currency="eth")
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator(ROWS).first).to_contain_text("EUR")
    expect(page.locator(ROWS).first.locator("td.fee")).to_have_text("0.001 ETH")
    page.evaluate(DROP, ["trades.csv", CSV])
    expect(page.locator("#import-account")).to_have_text("Rows that name no account go into family.")
    expect(page.locator("#import-report")).to_contain_text("2 trades added")
    page.locator("#import-close").click()
    expect(page.locator(ROWS)).to_have_count(4)
    trades = call(f"{ledger}/trades/")[1]["results"]
    assert [one["account"] for one in trades].count("main") == 1


def test_a_file_is_asked_for_its_account_where_all_are_shown(
    scripted: Scripted, ledger: str, family: dict[str, Any]
) -> None:
    page = scripted.open()
    expect(page.locator(ROWS)).to_have_count(2)
    page.evaluate(DROP, ["trades.csv", CSV])
    account = page.locator("#import-review [name=account]")
    expect(account).to_have_value("main")
    account.select_option("family")
    page.get_by_role("button", name="Book 2 trades").click()
    expect(page.locator("#import-report")).to_contain_text("2 trades added")
    assert [one["account"] for one in call(f"{ledger}/trades/")[1]["results"]].count("family") == 3


def test_an_account_that_is_not_there_is_said_and_all_are_shown(
    scripted: Scripted, ledger: str, guards: Guards, family: dict[str, Any]
) -> None:
    guards.expect("400")
    page = scripted.visit(f"{scripted.api.address}/?account=gone")
    expect(page.get_by_text("There is no account gone that you can see: all accounts are shown.")).to_be_visible()
    expect(page.locator(ROWS)).to_have_count(2)
    expect(switcher(page)).to_have_value("")
    expect(page.locator("#book-refused")).to_be_hidden()
    switcher(page).select_option("family")
    expect(page.locator(ROWS)).to_have_count(1)
    renamed = call(f"{ledger}/accounts/{family['id']}/", {"name": "home"}, "PATCH")
    assert renamed[0] == 200
    page.evaluate("document.dispatchEvent(new CustomEvent('ledgerchange'))")
    expect(page.get_by_text("There is no account family that you can see")).to_be_visible()
    expect(page.locator(ROWS)).to_have_count(2)
    expect(switcher(page).locator("option")).to_have_text(["All accounts", "home", "main"])


def test_an_accounts_name_is_text(scripted: Scripted, ledger: str) -> None:
    opened_account(ledger, HOSTILE)
    page = scripted.open()
    switcher(page).select_option(HOSTILE)
    expect(page.locator("#book-empty")).to_be_visible()
    book(ledger, "buy", "1", "AAPL", "100", account=HOSTILE)
    page.reload()
    expect(page.locator(ROWS)).to_have_count(1)
    page.keyboard.press("n")
    expect(page.locator("#trade [name=account]")).to_have_value(HOSTILE)
    page.keyboard.press("Escape")
    switcher(page).select_option("")
    expect(page.locator(f"{ROWS} td.account")).to_have_text(HOSTILE)
    expect(page.locator("main img")).to_have_count(0)
