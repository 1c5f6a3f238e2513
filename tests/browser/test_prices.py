"""The watchlist: what the feed says, as it says it, ticker by ticker."""

import re
from datetime import timedelta
from decimal import Decimal

from playwright.sync_api import Locator, Page, expect

from tick import Tick

from .desk import Scripted
from .feeds import ScriptedFeed
from .made import ago
from .seen import HIDE, PIXELS, await_true

MANY = 200
TOO_MANY = 1003
WRITTEN = {
    "170.25": "170.25",
    "170.2": "170.20",
    "0.00001234": "0.00001234",
    "1234567.8": "1,234,567.80",
    "12345678901234567890.12345": "12,345,678,901,234,567,890.12345",
}
CHANGES: dict[str, tuple[str, set[str]]] = {  # from 100
    "101": ("▲ +1.00 %", {"rise"}),
    "99": ("▼ −1.00 %", {"fall"}),
    "100": ("0.00 %", set()),
}


def row(page: Page, ticker: str) -> Locator:
    return page.locator(f'#prices-rows tr[data-ticker="{ticker}"]')


def price(page: Page, ticker: str) -> Locator:
    return row(page, ticker).locator(".price")


def change(page: Page, ticker: str) -> Locator:
    return row(page, ticker).locator(".change")


def test_it_waits_for_the_first_price_and_keeps_every_decimal_of_each(scripted: Scripted) -> None:
    page = scripted.open()
    expect(page.locator("#prices-empty")).to_be_visible()
    for number, (sent, shown) in enumerate(WRITTEN.items()):
        scripted.feed.tick(f"T{number}", sent)
        expect(price(page, f"T{number}")).to_have_text(shown)
        expect(page.locator("#prices-empty")).to_be_hidden()


def test_the_change_within_a_minute_has_sign_arrow_and_colour(scripted: Scripted) -> None:
    page = scripted.open()
    for now, (shown, kind) in CHANGES.items():
        ticker = f"T{now}"
        scripted.feed.tick(ticker, "100", at=ago(30))
        scripted.feed.tick(ticker, now)
        expect(change(page, ticker)).to_have_text(re.compile(rf"^[+]?{re.escape(shown)}$"))
        assert {"rise", "fall"} & set((change(page, ticker).get_attribute("class") or "").split()) == kind


def test_what_is_older_than_a_minute_late_or_from_the_future_is_not_in_the_change(scripted: Scripted) -> None:
    page = scripted.open()
    now = ago(0)
    for seconds, sent in ((90, "50"), (40, "100"), (0, "102")):
        scripted.feed.tick("AAPL", sent, at=now - timedelta(seconds=seconds))
    expect(change(page, "AAPL")).to_have_text("▲ +2.00 %")
    scripted.feed.tick("AAPL", "90", at=ago(5))
    scripted.feed.tick("AAPL", "110", at=ago(-60))
    scripted.feed.tick("MSFT", "1")
    expect(price(page, "MSFT")).to_have_text("1.00")
    expect(price(page, "AAPL")).to_have_text("102.00")
    expect(change(page, "AAPL")).to_have_text("▲ +2.00 %")


def watch_tints(cell: Locator) -> None:
    cell.evaluate("""cell => {
        window.tints = [];
        window.colours = [];
        new MutationObserver(() => {
            tints.push(...['rose', 'fell'].filter(name => cell.classList.contains(name)));
            colours.push(getComputedStyle(cell).backgroundColor);
        }).observe(cell, {attributes: true, attributeFilter: ['class']});
    }""")


def expect_tint(page: Page, feed: ScriptedFeed, ticker: str, now: str, tint: str) -> None:
    plain = str(change(page, ticker).evaluate("cell => getComputedStyle(cell).backgroundColor"))
    expect(price(page, ticker)).to_have_css("background-color", plain)
    watch_tints(price(page, ticker))
    feed.tick(ticker, now)
    await_true(page, f"tints.includes('{tint}')")
    expect(price(page, ticker)).to_have_css("background-color", plain)
    assert set(page.evaluate("tints")) == {tint}
    assert page.evaluate("colours")[0] != plain


def test_a_changed_price_is_tinted_for_a_moment_but_not_for_those_who_asked_for_less_motion(scripted: Scripted) -> None:
    page = scripted.open()
    for ticker in ("AAPL", "MSFT"):  # the chosen one, and another
        scripted.feed.tick(ticker, "100")
    expect(price(page, "MSFT")).to_have_text("100.00")
    for ticker in ("AAPL", "MSFT"):
        expect_tint(page, scripted.feed, ticker, "101", "rose")
        expect_tint(page, scripted.feed, ticker, "99", "fell")
    page.emulate_media(reduced_motion="reduce")
    watch_tints(price(page, "AAPL"))
    scripted.feed.tick("AAPL", "101")
    expect(price(page, "AAPL")).to_have_text("101.00")
    assert page.evaluate("tints") == []


def test_a_row_has_a_line_of_its_last_minute(scripted: Scripted) -> None:
    page = scripted.open()
    for second in range(20, 0, -1):
        scripted.feed.tick("AAPL", Decimal(100) + second % 3, at=ago(second))
    expect(price(page, "AAPL")).to_have_text("101.00")
    pixels = f"{PIXELS}(document.querySelector('#prices-rows canvas'))"
    await_true(page, f"{pixels}.filter((value, i) => i % 4 === 3 && value).length > 50")


def test_tickers_stand_in_their_order_and_are_chosen_by_a_click_or_by_arrows(scripted: Scripted) -> None:
    page = scripted.open()
    scripted.feed.tick("MSFT", "100")
    expect(row(page, "MSFT")).to_have_attribute("aria-current", "true")
    for ticker in ("AAPL", "TSLA", "GOOG"):
        scripted.feed.tick(ticker, "100")
    expect(page.locator("#prices-rows .ticker")).to_have_text(["AAPL", "GOOG", "MSFT", "TSLA"])
    row(page, "GOOG").locator("td.price").click()
    expect(page.locator("#chart-ticker")).to_have_text("GOOG")
    row(page, "GOOG").locator(".ticker").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#chart-ticker")).to_have_text("MSFT")
    expect(row(page, "MSFT").locator(".ticker")).to_be_focused()
    expect(page.locator('#prices-rows tr[aria-current="true"]')).to_have_count(1)
    page.keyboard.press("Home")
    expect(page.locator("#chart-ticker")).to_have_text("AAPL")


def test_two_hundred_tickers_are_all_kept_up_to_date_seen_or_not(scripted: Scripted) -> None:
    page = scripted.open()
    names = [f"A{number:03}" for number in range(MANY)]
    for sent in ("100", "101.5"):
        scripted.feed.send(*(Tick(name, Decimal(sent), ago(0)) for name in names))
    expect(page.locator("#prices-rows tr")).to_have_count(MANY)
    expect(page.locator("#prices-rows .price")).to_have_text(["101.50"] * MANY)
    expect(page.locator("#status-rate")).to_contain_text(f"{MANY} tickers")


def test_tickers_for_which_there_is_no_room_are_counted(scripted: Scripted) -> None:
    page = scripted.open()
    ticks = [Tick(f"A{number:04}", Decimal(1), ago(0)) for number in range(TOO_MANY)]
    scripted.feed.send(*ticks)
    expect(page.locator("#prices-note")).to_contain_text("3 more are not shown: 1000")
    expect(page.locator("#prices-rows tr")).to_have_count(1000)


def test_a_hidden_page_draws_nothing_and_catches_up_when_it_is_shown(scripted: Scripted) -> None:
    page = scripted.open()
    page.evaluate(HIDE)
    scripted.feed.tick("AAPL", "100")
    expect(price(page, "AAPL")).to_have_text("100.00")
    page.evaluate("leave(true)")
    scripted.feed.tick("AAPL", "101")
    page.wait_for_timeout(1500)  # longer than anything waits that draws
    page.evaluate("document.dispatchEvent(new Event('themechange'))")  # asks for all to be drawn
    expect(price(page, "AAPL")).to_have_text("100.00")
    page.evaluate("leave(false)")
    expect(price(page, "AAPL")).to_have_text("101.00")
