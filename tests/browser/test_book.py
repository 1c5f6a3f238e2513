"""The life of a trade on the page: added, seen, filtered, changed, its history read, deleted, and back again."""

import pytest
from playwright.sync_api import Locator, Page, expect

from ..running import call
from .desk import Scripted
from .guards import Guards
from .made import book

ROWS = "#book-rows tr[data-id]"
REFRESH = 5_500  # milliseconds until the page has looked at what others have added


@pytest.fixture
def page(scripted: Scripted) -> Page:
    return scripted.open()


def row(page: Page, text: str) -> Locator:
    return page.locator(ROWS).filter(has_text=text)


def act(page: Page, text: str, name: str) -> None:
    row(page, text).get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name=name).click()


def add(page: Page, **fields: str) -> None:
    page.keyboard.press("n")
    for name, value in fields.items():
        page.locator(f"#trade [name={name}]").fill(value)
    page.keyboard.press("Enter")


def trades(ledger: str) -> list[dict[str, str]]:
    return call(f"{ledger}/trades/")[1]["results"]


def test_an_empty_book_offers_sample_data_in_one_click(page: Page, ledger: str) -> None:
    page.get_by_role("button", name="Load sample data").click()
    expect(page.locator(ROWS).first).to_be_visible()
    expect(page.locator("#book-empty")).to_be_hidden()
    page.get_by_role("tab", name="Positions").click()
    expect(page.locator("#positions-rows tr")).to_have_count(6)
    quantities = page.locator("#positions-rows [data-label=Quantity]").all_inner_texts()
    assert "0" in quantities
    assert any(quantity.startswith("−") for quantity in quantities)
    _, page_of_trades = call(f"{ledger}/trades/?count=true")
    assert page_of_trades["count"] >= 50


def test_a_trade_is_added_by_keyboard_alone_and_errors_are_beside_their_fields(
    page: Page, ledger: str, guards: Guards
) -> None:
    add(page, ticker="aapl", quantity="10", price="170.25", fee="-0.10", note="by hand")
    expect(row(page, "AAPL")).to_contain_text("1,702.50")
    expect(page.get_by_role("dialog")).to_be_hidden()
    [trade] = trades(ledger)
    assert (trade["ticker"], trade["quantity"], trade["price"], trade["fee"]) == ("AAPL", "10", "170.25", "-0.10")
    guards.expect("400")
    add(page, ticker="A;A", quantity="0", price="x")
    for name, message in {"ticker": "printable ASCII", "quantity": "above zero", "price": "valid number"}.items():
        field = page.locator(f"#trade [name={name}]")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"#{field.get_attribute('aria-describedby')}")).to_contain_text(message)
    expect(page.locator("#trade [name=ticker]")).to_be_focused()
    assert trades(ledger) == [trade]


def test_a_trade_is_changed_and_its_history_tells_it(scripted: Scripted, ledger: str) -> None:
    book(ledger, "buy", "10", "AAPL", "170.25")
    page = scripted.open()
    expect(row(page, "AAPL")).to_be_visible()
    act(page, "AAPL", "Edit")
    page.locator("#trade [name=quantity]").fill("12.5")
    page.keyboard.press("Enter")
    expect(row(page, "AAPL")).to_contain_text("12.5")
    act(page, "AAPL", "History")
    expect(page.locator("#history-events")).to_contain_text("12.5")
    page.keyboard.press("Escape")
    assert trades(ledger)[0]["quantity"] == "12.5"


def test_a_trade_says_what_its_price_and_its_fee_are_in(page: Page, ledger: str) -> None:
    add(page, ticker="7203", quantity="2", price="2500.5", currency="jpy", fee="0.001", fee_currency="btc")
    for name, text in {"price": "2,500.5", "value": "5,001", "currency": "JPY", "fee": "0.001 BTC"}.items():
        expect(row(page, "7203").locator(f"td.{name}")).to_have_text(text)
    act(page, "7203", "Edit")
    expect(page.locator("#trade-value")).to_have_text("5,001 JPY")
    page.locator("#trade [name=currency]").fill("usd")
    expect(page.locator("#trade-value")).to_have_text("5,001.00 USD")
    page.keyboard.press("Enter")
    expect(row(page, "7203").locator("td.value")).to_have_text("5,001.00")
    act(page, "7203", "History")
    expect(page.locator("#history-events")).to_contain_text("currency JPY → USD")


def test_a_key_counts_as_soon_as_a_dialog_is_closed(page: Page) -> None:
    """The browser takes the focus out of a closed dialog only when it draws next."""
    form = page.locator("#trade-form")
    expect(page.locator("#book-empty")).to_be_visible()
    press = "(field) => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'n', bubbles: true}))"
    form.locator("[name=ticker]").evaluate(press)
    expect(form).to_be_visible()


def test_the_value_of_a_trade_in_pence_is_in_pence(page: Page) -> None:
    page.keyboard.press("n")
    form = page.locator("#trade-form")
    for name, text in {"quantity": "10", "price": "80", "currency": "GBp"}.items():
        form.locator(f"[name={name}]").fill(text)
    expect(page.locator("#trade-value")).to_have_text("800.00 GBX")
    form.locator("[name=currency]").fill("gbp")
    expect(page.locator("#trade-value")).to_have_text("800.00 GBP")


def test_a_change_that_somebody_else_made_meanwhile_is_not_overwritten(
    scripted: Scripted, ledger: str, guards: Guards
) -> None:
    guards.expect("412")
    trade = book(ledger, "buy", "10", "AAPL", "170.25")
    page = scripted.open()
    expect(row(page, "AAPL")).to_be_visible()
    act(page, "AAPL", "Edit")
    expect(page.locator("#trade [name=quantity]")).to_have_value("10")
    call(f"{ledger}/trades/{trade['id']}/", {"price": "171"}, "PATCH")
    page.locator("#trade [name=quantity]").fill("12")
    page.keyboard.press("Enter")
    expect(page.locator("#trade-trouble")).to_be_visible()
    assert trades(ledger)[0]["quantity"] == "10"


def test_a_deletion_is_at_once_and_can_be_undone(scripted: Scripted, ledger: str) -> None:
    trade = book(ledger, "buy", "10", "AAPL", "170.25")
    page = scripted.open()
    expect(row(page, "AAPL")).to_be_visible()
    act(page, "AAPL", "Delete")
    expect(page.locator(ROWS)).to_have_count(0)
    assert trades(ledger) == []
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "AAPL")).to_be_visible()
    assert [one["id"] for one in trades(ledger)] == [trade["id"]]


def test_filters_are_the_apis_and_outlive_a_reload(scripted: Scripted, ledger: str) -> None:
    for ticker, side in (("AAPL", "buy"), ("MSFT", "buy"), ("MSFT", "sell")):
        book(ledger, side, "1", ticker, "100")
    page = scripted.open()
    expect(page.locator(ROWS)).to_have_count(3)
    page.keyboard.press("/")
    page.keyboard.type("msft")
    expect(page.locator(ROWS)).to_have_count(2)
    page.locator("#book-filters [name=side]").select_option("sell")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator("#book-csv")).to_have_attribute("href", "/api/trades/export/?format=csv&ticker=msft&side=sell")
    expect(page.locator("#book-xlsx")).to_have_attribute(
        "href", "/api/trades/export/?format=xlsx&ticker=msft&side=sell"
    )
    page.reload()
    expect(page.locator(ROWS)).to_have_count(1)
    page.locator("#book-filters [name=ticker]").fill("TSLA")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator(ROWS)).to_have_count(3)


def test_what_others_add_is_shown_at_once_in_an_empty_book_and_counted_and_shown_to_those_who_ask_in_another(
    scripted: Scripted, ledger: str
) -> None:
    page = scripted.open(clock=True)
    expect(page.locator("#book-empty")).to_be_visible()
    book(ledger, "buy", "10", "AAPL", "170.25")
    page.clock.fast_forward(REFRESH)
    expect(row(page, "AAPL")).to_be_visible()
    expect(page.locator(ROWS)).to_have_count(1)
    for ticker in ("MSFT", "TSLA"):
        book(ledger, "buy", "1", ticker, "400")
    page.clock.fast_forward(REFRESH)
    expect(page.locator("#book-new")).to_have_text("2 new")
    expect(page.locator(ROWS)).to_have_count(1)
    page.locator("#book-new").click()
    expect(page.locator(ROWS)).to_have_count(3)
    expect(page.locator("#book-new")).to_be_hidden()


def test_a_long_book_is_scrolled_to_its_end_with_few_rows_in_the_page(scripted: Scripted, ledger: str) -> None:
    file = [
        {"ticker": "AAPL", "price": str(i + 1), "quantity": "1", "side": "buy", "timestamp": f"2025-06-06T20:{i // 60:02}:{i % 60:02}Z"}
        for i in range(700)
    ]  # fmt: skip
    assert call(f"{ledger}/trades/bulk/", file)[0] == 201
    page = scripted.open()
    expect(page.locator(ROWS).first).to_contain_text("700.00")
    page.locator(ROWS).first.focus()
    for _ in range(40):
        if (
            page.locator(ROWS).filter(has_text="20:00:00.000").count()
            or page.get_by_text("6 Jun 2025 22:00:00").count()
        ):
            break
        page.keyboard.press("End")
        page.wait_for_timeout(100)
    expect(page.locator(ROWS).last).to_contain_text("1.00")
    assert page.locator(ROWS).count() < 300
