"""What the day's change counts from, what no feed tells now, what was traded outside regular hours, and what was taken back."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from playwright.sync_api import Locator, Page, Route, expect

from tick import Tick

from .desk import Scripted
from .feeds import FIRST_SEQ
from .guards import Guards
from .made import ago, book, seen
from .seen import HIDE

ASKED = 61 * 1000  # milliseconds after which the page has asked for the last prices again
HALF_A_DAY = 12 * 60 * 60 * 1000  # milliseconds


def at_noon() -> str:
    """A time zone where noon is less than an hour away: today began, and ends, long from now."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+}"  # whose sign is that of POSIX


def cell(page: Page, ticker: str, name: str) -> Locator:
    return page.locator(f'#prices-rows tr[data-ticker="{ticker}"] .{name}')


def test_the_days_change_counts_from_the_last_price_before_today(scripted: Scripted, ledger: str) -> None:
    seen(ledger, "AAPL", "200", ago(20 * 3600))
    seen(ledger, "AAPL", "160", ago(600))
    page = scripted.open(timezone_id=at_noon())
    expect(cell(page, "AAPL", "day")).to_have_text("▼ −20.00 %")
    expect(cell(page, "AAPL", "day")).to_have_class("number day aging fall")
    scripted.feed.tick("AAPL", "205.01")
    expect(cell(page, "AAPL", "day")).to_have_text("▲ +2.50 %")  # 2.505 to even
    expect(cell(page, "AAPL", "day")).to_have_class("number day aging rise")
    expect(cell(page, "AAPL", "day")).to_have_attribute(
        "title", re.compile("^From 200.00, the last price before today, of ")
    )


def test_without_one_it_counts_from_the_first_price_of_today_until_tomorrow(scripted: Scripted) -> None:
    page = scripted.open(timezone_id=at_noon(), clock=True)
    scripted.feed.tick("AAPL", "100", at=ago(30))
    scripted.feed.tick("AAPL", "99")
    expect(cell(page, "AAPL", "day")).to_have_text("▼ −1.00 %")
    expect(cell(page, "AAPL", "day")).to_have_attribute(
        "title", re.compile("^From 100.00 at .+, the first price of today")
    )
    page.clock.fast_forward(HALF_A_DAY + HALF_A_DAY // 6)
    expect(cell(page, "AAPL", "day")).to_have_text("–")
    scripted.feed.tick("AAPL", "110", at=ago(-13.9 * 3600))
    expect(cell(page, "AAPL", "day")).to_have_text("0.00 %")
    scripted.feed.tick("AAPL", "121", at=ago(-13.9 * 3600 - 5))
    expect(cell(page, "AAPL", "day")).to_have_text("▲ +10.00 %")


def test_a_price_that_no_feed_tells_is_the_ledgers_last_dimmed_and_with_its_age_until_one_does(
    scripted: Scripted, ledger: str
) -> None:
    for ticker, age in (("AAPL", 2.5 * 3600), ("MSFT", 50 * 3600), ("TSLA", 100)):
        seen(ledger, ticker, "170.2", ago(age))
    page = scripted.open(timezone_id=at_noon())
    for ticker, age in (("AAPL", "2 h old"), ("MSFT", "2 d old"), ("TSLA", "1 min old")):
        expect(cell(page, ticker, "change")).to_have_text(age)
        expect(cell(page, ticker, "price")).to_have_text("170.20")
        expect(cell(page, ticker, "price")).to_have_css("font-style", "italic")
    expect(cell(page, "MSFT", "day")).to_have_text("–")
    scripted.feed.tick("AAPL", "171")
    expect(cell(page, "AAPL", "price")).to_have_text("171.00")
    expect(cell(page, "AAPL", "price")).to_have_css("font-style", "normal")
    expect(cell(page, "AAPL", "change")).to_have_text("0.00 %")
    expect(cell(page, "TSLA", "price")).to_have_css("font-style", "italic")


def test_a_hidden_page_shows_last_prices_once_it_is_shown(scripted: Scripted, ledger: str) -> None:
    seen(ledger, "AAPL", "170", ago(100))
    page = scripted.open(clock=True)
    expect(cell(page, "AAPL", "price")).to_have_text("170.00")
    page.evaluate(HIDE)
    page.evaluate("leave(true)")
    seen(ledger, "AAPL", "171", ago(40))
    seen(ledger, "MSFT", "420", ago(40))
    for _ in range(2):  # it asks a second time when it has done with the first answer
        with page.expect_response(re.compile("/api/market/prices/")):
            page.clock.fast_forward(ASKED)
    expect(cell(page, "AAPL", "price")).to_have_text("170.00")
    expect(cell(page, "MSFT", "price")).to_have_count(0)
    page.evaluate("leave(false)")
    expect(cell(page, "AAPL", "price")).to_have_text("171.00")
    expect(cell(page, "MSFT", "price")).to_have_text("420.00")


def test_what_is_traded_outside_regular_hours_is_marked_as_long_as_it_is(scripted: Scripted) -> None:
    page = scripted.open()
    scripted.feed.tick("AAPL", "100")
    expect(cell(page, "AAPL", "extended")).to_be_hidden()
    scripted.feed.send(Tick("AAPL", Decimal(101), ago(0), extended=True))
    expect(cell(page, "AAPL", "extended")).to_be_visible()
    expect(cell(page, "AAPL", "extended")).to_have_attribute(
        "title", "Traded outside the regular hours of its exchange"
    )
    scripted.feed.tick("AAPL", "102")
    expect(cell(page, "AAPL", "extended")).to_be_hidden()


def test_the_newest_price_that_was_taken_back_gives_way_to_the_one_before_it(scripted: Scripted) -> None:
    page = scripted.open()
    began = ago(40)
    scripted.feed.tick("AAPL", "100", at=began)
    scripted.feed.tick("AAPL", "101", at=began + timedelta(seconds=20))
    for wrong in (20, 20.000001, 25):  # the same instant as the one before, the same second, another one
        at = began + timedelta(seconds=wrong)
        scripted.feed.tick("AAPL", "150", at=at)
        expect(cell(page, "AAPL", "price")).to_have_text("150.00")
        scripted.feed.withdraw("AAPL", "150", at)
        expect(cell(page, "AAPL", "price")).to_have_text("101.00")
        expect(cell(page, "AAPL", "change")).to_have_text("▲ +1.00 %")
    scripted.feed.tick("AAPL", "102", at=began + timedelta(seconds=21))
    expect(cell(page, "AAPL", "price")).to_have_text("102.00")


def test_an_older_price_that_was_taken_back_counts_no_more(scripted: Scripted) -> None:
    page = scripted.open()
    began = ago(40)
    for second, price in enumerate(("50", "100", "102")):
        scripted.feed.tick("AAPL", price, at=began + timedelta(seconds=second))
    expect(cell(page, "AAPL", "change")).to_have_text("▲ +104.00 %")
    scripted.feed.withdraw("AAPL", "50.0", began)
    expect(cell(page, "AAPL", "change")).to_have_text("▲ +2.00 %")
    expect(cell(page, "AAPL", "price")).to_have_text("102.00")


def test_a_withdrawal_of_what_is_not_there_changes_nothing_and_the_only_price_stays(scripted: Scripted) -> None:
    page = scripted.open()
    at = ago(5)
    scripted.feed.tick("AAPL", "100", at=at)
    for price, instant in (("100", ago(50)), ("99", at), ("100", at)):
        scripted.feed.withdraw("AAPL", price, instant)
        scripted.feed.withdraw("IBM", price, instant)
    scripted.feed.leave_out()
    scripted.feed.tick("MSFT", "1")
    expect(cell(page, "MSFT", "price")).to_have_text("1.00")
    expect(cell(page, "AAPL", "change")).to_have_text("0.00 %")
    expect(page.locator("#prices-rows .ticker")).to_have_text(["AAPL", "MSFT"])


def test_a_page_that_was_away_hears_of_what_was_taken_back_meanwhile_and_of_nothing_twice(
    scripted: Scripted, guards: Guards
) -> None:
    guards.expect("WebSocket connection", "ERR_CONNECTION_RE")
    page = scripted.open()
    at = ago(20)
    scripted.feed.tick("AAPL", "100", at=ago(30))
    scripted.feed.tick("AAPL", "150", at=at)
    expect(cell(page, "AAPL", "price")).to_have_text("150.00")
    scripted.feed.close()
    scripted.feed.withdraw("AAPL", "150", at)
    scripted.feed.open()
    expect(cell(page, "AAPL", "price")).to_have_text("100.00")
    with page.expect_websocket() as returned:
        scripted.feed.cut()
    assert returned.value.url.endswith(f"since={FIRST_SEQ + 2}")
    scripted.feed.await_readers()
    scripted.feed.tick("AAPL", "101")
    expect(cell(page, "AAPL", "price")).to_have_text("101.00")


def refusing_all(route: Route) -> None:
    """A ledger with too many tickers for an answer."""
    if "ticker=" in route.request.url:
        route.fallback()
    else:
        route.fulfill(status=400, body='{"ticker": ["choose some by ticker."]}', content_type="application/json")


def test_of_a_ledger_with_too_many_tickers_those_that_are_of_use_are_asked_for(
    scripted: Scripted, ledger: str, guards: Guards
) -> None:
    guards.expect("400")
    for ticker in ("AAPL", "MSFT", "TSLA"):
        seen(ledger, ticker, "100", ago(7300))
    page = scripted.open()
    page.route("**/api/market/prices/**", refusing_all)
    book(ledger, "buy", "10", "AAPL", "90")
    page.reload()
    expect(cell(page, "AAPL", "change")).to_have_text("2 h old")
    page.locator("#prices-find").fill("MSFT")
    page.keyboard.press("Enter")
    expect(cell(page, "MSFT", "change")).to_have_text("2 h old")
    expect(page.locator("#prices-rows tr")).to_have_count(2)
    expect(page.locator("#prices-trouble")).to_be_hidden()


def test_zeros_that_fill_a_price_up_are_left_out_and_its_decimals_stay(scripted: Scripted) -> None:
    page = scripted.open()
    price = page.locator("#prices-rows td.price")
    scripted.feed.tick("BTC-USDT", "106423.20000000")
    expect(price).to_have_text("106,423.20")
    scripted.feed.tick("BTC-USDT", "106423.12500000")
    expect(price).to_have_text("106,423.125")
    scripted.feed.tick("BTC-USDT", "106424.10000000")
    expect(price).to_have_text("106,424.100")  # so that a column of digits stands still
    expect(page.locator("#chart-price")).to_have_text("106,424.100")
