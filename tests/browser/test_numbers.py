"""No number is cut or broken, at any width, however many digits it has."""

import pytest
from playwright.sync_api import Page, expect

from ..running import call
from .desk import Scripted
from .made import book, report

WIDTHS = (320, 768, 1440, 2560)
LONG = "81234567890123456789.123456789012345678"  # 20 digits before the point and 18 after it
LONGER = "91234567890123456789.123456789012345678"
NOTE = "sold as the second half of what was bought in spring, " * 8
# JavaScript: numbers that are wider than their place, on several lines, or behind the edge of what does not scroll.
WRONG = """() => {
    const cut = box => /hidden|clip/.test(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth;
    const above = box => box ? [box, ...above(box.parentElement)] : [];
    const lines = number => {
        const range = document.createRange();
        range.selectNodeContents(number);
        return new Set([...range.getClientRects()].map(({top}) => Math.round(top))).size;
    };
    const isWrong = number => number.clientWidth && number.scrollWidth > number.clientWidth
        || lines(number) !== 1 || above(number).some(cut);
    return [...document.querySelectorAll('.number:not(:empty)')].filter(one => one.checkVisibility() && isWrong(one))
        .map(one => `${one.className}: ${one.textContent}, ${one.scrollWidth} in ${one.clientWidth}, ${lines(one)} lines`);
}"""
# JavaScript: cells of a row that lie on one another.
OVERLAPPING = """() => [...document.querySelectorAll('#book-rows tr[data-id], #positions-table tr')].flatMap(row => {
    const cells = [...row.children].filter(one => one.checkVisibility()).map(one => [one, one.getBoundingClientRect()]);
    return cells.flatMap(([one, a], i) => cells.slice(i + 1).filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1
        && a.top < b.bottom - 1 && b.top < a.bottom - 1).map(([other]) => `${one.className} on ${other.className}`));
})"""
SEEN = "[...document.querySelectorAll('.number:not(:empty)')].filter(one => one.checkVisibility()).length"


@pytest.fixture
def page(scripted: Scripted, ledger: str) -> Page:
    """Numbers as long as they may be, beside a long note."""
    book(ledger, "buy", LONGER, "AAPL", LONG, fee=LONG, note=NOTE)
    book(ledger, "sell", LONG, "XRP-ETH", LONGER, fee=LONG, fee_currency="BTC", note=NOTE)
    report(ledger, "AAPL", LONG, LONGER)
    for ticker in ("AAPL", "XRP-ETH"):
        scripted.feed.tick(ticker, LONGER)
    page = scripted.open()
    expect(page.locator("#alerts-list .held")).to_contain_text("you held")
    expect(page.locator("#prices-rows tr")).to_have_count(2)
    expect(page.locator("#book-rows tr[data-id]")).to_have_count(2)
    return page


def look_at_every_width(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(SEEN) > len(WIDTHS)
        assert page.evaluate(WRONG) == [], width
        assert page.evaluate(OVERLAPPING) == [], width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


def test_the_numbers_of_trades_prices_and_alerts_are_whole(page: Page) -> None:
    look_at_every_width(page)


def test_the_numbers_of_positions_and_totals_are_whole(page: Page) -> None:
    page.get_by_role("tab", name="Positions").click()
    expect(page.locator("#positions-rows tr")).to_have_count(2)
    look_at_every_width(page)


def test_the_numbers_of_lots_are_whole(page: Page, ledger: str) -> None:
    book(ledger, "sell", "0.000000000000000001", "AAPL", LONGER)
    page.get_by_role("tab", name="Positions").click()
    for state in ("Open lots", "Closed lots"):
        page.set_viewport_size({"width": WIDTHS[-1], "height": 900})
        page.get_by_role("button", name="Actions: AAPL in USD").click()
        page.get_by_role("menuitem", name=state).click()
        expect(page.locator("#lots-rows tr")).to_have_count(1)
        look_at_every_width(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()


def test_columns_stay_where_they_are_while_one_scrolls(scripted: Scripted, ledger: str) -> None:
    trades = [
        {"ticker": "AAPL", "price": LONG if number == 199 else "1", "quantity": "1", "side": "buy", "timestamp": f"2025-06-06T20:{number // 60:02}:{number % 60:02}Z"}
        for number in range(200)
    ]  # fmt: skip
    assert call(f"{ledger}/trades/bulk/", trades)[0] == 201
    page = scripted.open()
    expect(page.locator("#book-rows td.price").first).to_contain_text("81,234,567,890")
    page.evaluate("document.querySelector('#book-scroll').scrollTop = 1e6")
    expect(page.locator("#book-rows")).not_to_contain_text("81,234,567,890")
    expect(page.locator("#book-rows td.price").last).to_have_text("1.00")
    assert page.evaluate("document.querySelector('#book-table th.price').offsetWidth") > len(LONG) * 6


def test_a_note_takes_what_the_numbers_leave(scripted: Scripted, ledger: str) -> None:
    book(ledger, "buy", "10", "AAPL", "61234.1234", note="short")
    page = scripted.open()
    page.set_viewport_size({"width": 2560, "height": 900})
    expect(page.locator("#book-rows td.price")).to_have_text("61,234.1234")
    widths = page.evaluate("Object.fromEntries([...document.querySelectorAll('#book-rows [data-id] td')].map(one => [one.className, one.clientWidth]))")  # fmt: skip
    assert max(widths, key=widths.get) == "words"
    assert page.evaluate("document.querySelector('#book-scroll').scrollWidth <= document.querySelector('#book-scroll').clientWidth")  # fmt: skip


def test_columns_are_as_wide_as_ever_after_the_page_was_narrow(scripted: Scripted, ledger: str) -> None:
    book(ledger, "buy", "10", "AAPL", "170.25")
    page = scripted.open(viewport={"width": 1200, "height": 900})
    expect(page.locator("#book-rows tr[data-id]")).to_have_count(1)
    widths = "[...document.querySelector('#book-table').tHead.rows[0].cells].map(head => head.offsetWidth)"
    before = page.evaluate(widths)
    for width in (360, 1200):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))")
    assert page.evaluate(widths) == pytest.approx(before, abs=1)  # whole pixels, which fractions are rounded to
