"""Files of trades dropped on the page."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from ..running import call
from .desk import Scripted
from .guards import Guards

CSV = "ticker,price,quantity,side,timestamp\nAAPL,170.25,10,buy,2025-06-06T20:00:00Z\nAAPL,171,4,sell,2025-06-06T20:01:00Z\n"
DROP = """([name, text]) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([text], name, {type: 'text/csv'}));
    for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, {dataTransfer: dropped, bubbles: true, cancelable: true}));
}"""

DROP_MANY = """() => {
    const dropped = new DataTransfer();
    for (const name of ['a.csv', 'b.csv']) dropped.items.add(new File(['x'], name));
    document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: dropped, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def page(scripted: Scripted) -> Page:
    return scripted.open()


def test_a_file_that_is_dropped_is_in_the_book_once(page: Page, ledger: str) -> None:
    page.evaluate(DROP, ["trades.csv", CSV])
    expect(page.locator("#import-report")).to_contain_text("2 trades added")
    page.locator("#import-close").click()
    expect(page.locator("#book-rows tr[data-id]")).to_have_count(2)
    page.get_by_role("tab", name="Positions").click()
    expect(page.locator("#positions-rows")).to_contain_text("AAPL")
    page.evaluate(DROP, ["trades.csv", CSV])
    expect(page.locator("#import-report")).to_contain_text("before")
    page.locator("#import-close").click()
    assert call(f"{ledger}/trades/?count=true")[1]["count"] == 2


def test_what_is_wrong_is_listed_by_line_and_nothing_is_booked(page: Page, ledger: str, guards: Guards) -> None:
    guards.expect("400")
    page.evaluate(DROP, ["bad.csv", CSV + "AAPL,1,0,hold,2025-06-06T20:00:00Z\n"])
    report = page.locator("#import-report")
    expect(report).to_contain_text("Must be above zero.")
    expect(report).to_contain_text('Must be "buy" or "sell".')
    expect(report).to_contain_text("4")
    assert call(f"{ledger}/trades/")[1]["results"] == []


def test_the_real_recording_is_right_in_table_candles_and_position(page: Page, ledger: str, real_trades: Path) -> None:
    text = real_trades.read_text()
    rows = list(csv.DictReader(text.splitlines()))
    net = sum(Decimal(one["quantity"]) * (1 if one["side"] == "buy" else -1) for one in rows)
    page.evaluate(DROP, ["xrp_eth_trades.csv", text])
    expect(page.locator("#import-report")).to_contain_text("12,477", timeout=60_000)
    page.locator("#import-close").click()
    expect(page.locator("#book-rows tr[data-id]").first).to_contain_text(rows[-1]["ticker"])
    page.get_by_role("tab", name="Positions").click()
    quantity = page.locator("#positions-rows [data-label=Quantity]").first
    expect(quantity).to_have_text(f"{net:,f}".replace("-", "−").rstrip("0").rstrip("."))
    page.locator("#positions-rows .ticker").first.click()
    page.get_by_role("radio", name="1d").click()
    expect(page.locator("#chart-summary")).to_contain_text("3 candles")
    ticker = rows[0]["ticker"]
    _, summary = call(f"{ledger}/trades/summary/?ticker={ticker}")
    _, candles = call(f"{ledger}/candles/?ticker={ticker}&interval=1d")
    for candle in candles["results"]:
        day = candle["timestamp"][:10]
        _, of_day = call(f"{ledger}/trades/summary/?ticker={ticker}&start_date={day}&end_date={day}")
        for field in ("volume", "vwap", "high", "low"):
            assert candle[field] == of_day["results"][0][field]
    _, positions = call(f"{ledger}/positions/")
    assert Decimal(positions["results"][0]["quantity"]) == net
    bought, sold = (Decimal(summary["results"][0][side]["volume"]) for side in ("buys", "sells"))
    assert bought - sold == net


def test_what_is_cancelled_while_it_is_sent_is_not_booked(page: Page, ledger: str) -> None:
    page.route("**/api/imports/**", lambda _: None)  # it is on its way for ever
    page.evaluate(DROP, ["trades.csv", CSV])
    expect(page.locator("#import-running")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled: nothing was booked.")).to_be_visible()
    assert call(f"{ledger}/trades/")[1]["results"] == []


def test_one_file_is_taken_at_a_time_and_none_that_is_too_large(page: Page) -> None:
    page.evaluate(DROP_MANY)
    expect(page.locator("#import-report")).to_have_text("One file at a time, please.")
    page.evaluate("document.querySelector('#import').dataset.maxUpload = 16")
    page.evaluate(DROP, ["trades.csv", CSV])
    expect(page.locator("#import-report")).to_contain_text("trades.csv has more than")


def test_a_file_that_is_looked_at_is_still_there_when_the_dialog_is_opened_again(page: Page) -> None:
    page.evaluate(DROP, ["other.csv", CSV.replace(",", ";")])
    expect(page.locator("#import-review")).to_contain_text("2 trades")
    page.keyboard.press("Escape")
    expect(page.locator("#import")).to_be_hidden()
    page.keyboard.press("i")
    expect(page.locator("#import-review")).to_contain_text("This ledger: CSV, utf-8, separated by semicolon")
    page.get_by_role("button", name="Book 2 trades").click()
    expect(page.locator("#import-report")).to_contain_text("2 trades added")


def test_a_booking_that_ends_after_its_dialog_was_closed_is_told(page: Page, ledger: str) -> None:
    held: list[Route] = []
    page.route("**/book/", lambda route: held.append(route))
    page.evaluate(DROP, ["trades.csv", CSV])
    expect(page.locator("#import-share")).to_have_text("Booking …")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator("#import")).to_be_hidden()
    held[0].continue_()
    expect(page.get_by_text("trades.csv: 2 trades added")).to_be_visible()
    assert call(f"{ledger}/trades/?count=true")[1]["count"] == 2
