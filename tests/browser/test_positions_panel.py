"""What is held and what it is worth, to the last digit, at the feed's prices."""

import re

from playwright.sync_api import Locator, Page, expect

from tick import render

from .desk import Scripted
from .made import ago, book, created, seen

COLUMNS = [
    "Ticker", "Actions", "Currency", "Quantity", "Average cost", "Last price", "Value",
    "Unrealised", "Realised", "After fees", "Fees", "Total",
]  # fmt: skip
MARK = "cell => getComputedStyle(cell, '::after').content"  # JavaScript: what stands behind a price
OUTSIDE_FEED = "The last trade's, of 6 Jun 2025 22:00:00.000: the feed "


def opened(scripted: Scripted) -> Page:
    page = scripted.open()
    page.get_by_role("tab", name="Positions").click()
    return page


def row(page: Page, ticker: str) -> Locator:
    return page.locator("#positions-rows tr").filter(has=page.get_by_role("button", name=ticker, exact=True))


def expect_row(page: Page, ticker: str, *cells: str, currency: str = "USD") -> None:
    of_currency = row(page, ticker).filter(has=page.get_by_role("cell", name=currency, exact=True))
    expect(of_currency.locator("td:not(.menu)")).to_have_text([currency, *cells])


def expect_total(page: Page, currency: str, *cells: str) -> None:
    total = page.locator("#positions-total tr").filter(has=page.get_by_role("cell", name=currency, exact=True))
    expect(total.locator("td:not(:empty)")).to_have_text([currency, *cells])


def test_no_positions_say_where_they_come_from_and_a_trade_makes_one_at_once(scripted: Scripted, ledger: str) -> None:
    page = opened(scripted)
    expect(page.locator("#positions-empty")).to_contain_text("they follow from the trades in the book")
    page.locator("#positions-empty").get_by_role("button", name="Add a trade").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    book(ledger, "buy", "10", "AAPL", "150")
    page.evaluate("document.dispatchEvent(new CustomEvent('ledgerchange'))")
    expect(row(page, "AAPL")).to_be_visible()


def test_a_position_is_worth_what_the_feed_says_and_what_it_cost_goes_by_the_method_that_is_remembered(
    scripted: Scripted, ledger: str
) -> None:
    book(ledger, "buy", "10", "AAPL", "150")
    book(ledger, "buy", "10", "AAPL", "160")
    book(ledger, "sell", "5", "AAPL", "170", fee="1.25")
    page = opened(scripted)
    expect(page.locator("#positions-table th[scope=col]")).to_have_text(COLUMNS)
    scripted.feed.tick("AAPL", "165.5")
    # 5 of those at 150 were sold at 170; 5 at 150 and 10 at 160 are left: 2,350 for 15
    held, realised = ("15", "156.66666667"), ("+100.00", "+98.75", "1.25")
    expect_row(page, "AAPL", *held, "165.50", "2,482.50", "+132.50", *realised, "+231.25")
    scripted.feed.tick("AAPL", "150")
    expect_row(page, "AAPL", *held, "150.00", "2,250.00", "−100.00", *realised, "−1.25")
    scripted.feed.tick("AAPL", "165")
    for method in ("lifo", "hifo"):  # 5 of those at 160 were sold
        page.get_by_label("Cost by").select_option(method)
        held, realised = ("15", "153.33333333"), ("+50.00", "+48.75", "1.25")
        expect_row(page, "AAPL", *held, "165.00", "2,475.00", "+175.00", *realised, "+223.75")
    page.get_by_label("Cost by").select_option("average")
    held, realised = ("15", "155.00"), ("+75.00", "+73.75", "1.25")
    expect_row(page, "AAPL", *held, "165.00", "2,475.00", "+150.00", *realised, "+223.75")
    page.reload()
    expect(page.get_by_label("Cost by")).to_have_value("average")


def test_a_short_one_gains_when_the_price_falls_and_one_without_a_price_says_so(
    scripted: Scripted, ledger: str
) -> None:
    book(ledger, "sell", "3", "TSLA", "250")
    book(ledger, "buy", "10", "IBM", "100", timestamp="2025-06-06T20:00:00Z")
    page = opened(scripted)
    scripted.feed.tick("TSLA", "240.5")
    expect_row(page, "TSLA", "−3", "250.00", "240.50", "−721.50", "+28.50", "0.00", "0.00", "0.00", "+28.50")
    expect_row(page, "IBM", "10", "100.00", "100.00", "1,000.00", "0.00", "0.00", "0.00", "0.00", "0.00")
    expect(row(page, "IBM").locator("td.last")).to_have_attribute("title", OUTSIDE_FEED + "has no price")


def test_sums_have_the_decimals_of_their_currency_and_of_coins_all_that_there_are(
    scripted: Scripted, ledger: str
) -> None:
    book(ledger, "buy", "0.00000003", "XRP-ETH", "0.1234567", fee="0.0000001", fee_currency="BTC")
    book(ledger, "buy", "3", "7203", "2500.5", currency="JPY")
    book(ledger, "buy", "0.125", "SIE", "200.123", currency="EUR")
    page = opened(scripted)
    scripted.feed.tick("XRP-ETH", "0.1234568")
    scripted.feed.tick("SIE", "200.2")
    expect_row(
        page, "XRP-ETH", "0.00000003", "0.1234567", "0.1234568", "0.000000003703704", "+0.000000000000003",
        "0.00", "0.00", "0.0000001 BTC", "+0.000000000000003", currency="ETH",
    )  # fmt: skip
    expect_row(page, "7203", "3", "2,500.5", "2,500.5", "7,502", "0", *["0"] * 4, currency="JPY")
    expect_row(page, "SIE", "0.125", "200.123", "200.20", "25.02", "+0.01", *["0.00"] * 3, "+0.01", currency="EUR")
    expect(row(page, "SIE").locator("td.value")).to_have_attribute("title", "25.025")


def test_each_currency_has_a_total_of_its_own_closed_positions_among_it(scripted: Scripted, ledger: str) -> None:
    book(ledger, "buy", "10", "AAPL", "150")
    book(ledger, "buy", "1", "MSFT", "400", fee="2")
    book(ledger, "sell", "1", "MSFT", "410")
    book(ledger, "buy", "2", "SIE", "200", currency="EUR", fee="0.5")
    page = opened(scripted)
    scripted.feed.tick("AAPL", "151")
    scripted.feed.tick("SIE", "210")
    expect(row(page, "MSFT").locator("td.quantity")).to_have_text("0")
    expect(page.locator("#positions-total tr")).to_have_count(2)
    expect_total(page, "USD", "1,510.00", "+10.00", "+10.00", "+8.00", "2.00", "+18.00")
    expect_total(page, "EUR", "420.00", "+20.00", "0.00", "0.00", "0.50", "+19.50")
    scripted.feed.tick("AAPL", "149")
    expect_total(page, "USD", "1,490.00", "−10.00", "+10.00", "+8.00", "2.00", "−2.00")
    expect_total(page, "EUR", "420.00", "+20.00", "0.00", "0.00", "0.50", "+19.50")


def test_a_ticker_in_two_currencies_is_two_positions_and_the_feeds_price_is_of_neither(
    scripted: Scripted, ledger: str
) -> None:
    booked = {"timestamp": "2025-06-06T20:00:00Z"}
    book(ledger, "buy", "10", "SHEL", "30", currency="USD", **booked)
    book(ledger, "buy", "5", "SHEL", "2800", currency="GBX", **booked)
    page = opened(scripted)
    scripted.feed.tick("SHEL", "31")
    expect_row(page, "SHEL", "10", "30.00", "30.00", "300.00", "0.00", "0.00", "0.00", "0.00", "0.00")
    expect_row(page, "SHEL", "5", "28.00", "28.00", "140.00", "0.00", "0.00", "0.00", "0.00", "0.00", currency="GBP")
    why = "does not say in which currency its price is"
    expect(row(page, "SHEL").first.locator("td.last")).to_have_attribute("title", OUTSIDE_FEED + why)


def test_a_price_in_pence_is_a_hundredth_of_a_pound(scripted: Scripted, ledger: str) -> None:
    booked = {"timestamp": "2025-06-06T20:00:00Z"}
    book(ledger, "buy", "100", "VODP", "72.5", currency="GBX", **booked)
    book(ledger, "sell", "3", "NPN", "250000", currency="ZAC", **booked)
    book(ledger, "buy", "10", "BP", "4.5", currency="GBP", **booked)
    page = opened(scripted)
    # The price of the last trade is in pounds already.
    expect_row(page, "VODP", "100", "0.725", "0.725", "72.50", "0.00", *["0.00"] * 4, currency="GBP")
    for ticker, price in (("VODP", "74"), ("NPN", "249999.99"), ("BP", "4.6")):
        scripted.feed.tick(ticker, price)
    expect_row(page, "VODP", "100", "0.725", "0.74", "74.00", "+1.50", *["0.00"] * 3, "+1.50", currency="GBP")
    short = ("−3", "2,500.00", "2,499.9999", "−7,500.00", "0.00")
    expect_row(page, "NPN", *short, *["0.00"] * 4, currency="ZAR")
    expect(row(page, "NPN").locator("td.value")).to_have_attribute("title", "−7,499.9997")
    expect_row(page, "BP", "10", "4.50", "4.60", "46.00", "+1.00", *["0.00"] * 3, "+1.00", currency="GBP")
    expect_total(page, "GBP", "120.00", "+2.50", "0.00", "0.00", "0.00", "+2.50")
    expect(row(page, "VODP").locator("td.last")).to_have_attribute("title", "From the price feed: 74.00 GBX")
    expect(row(page, "BP").locator("td.last")).to_have_attribute("title", "From the price feed")


def test_a_row_keeps_the_focus_while_others_change(scripted: Scripted, ledger: str) -> None:
    book(ledger, "buy", "10", "AAPL", "150")
    page = opened(scripted)
    row(page, "AAPL").get_by_role("button", name="AAPL", exact=True).focus()
    book(ledger, "buy", "1", "A", "10")
    page.evaluate("document.dispatchEvent(new CustomEvent('ledgerchange'))")
    expect(page.locator("#positions-rows .ticker")).to_have_text(["A", "AAPL"])
    expect(row(page, "AAPL").get_by_role("button", name="AAPL", exact=True)).to_be_focused()


def test_without_a_feeds_price_it_is_worth_the_markets_last_one_with_its_age(scripted: Scripted, ledger: str) -> None:
    book(ledger, "buy", "3", "AAPL", "150")
    book(ledger, "buy", "100", "VODP", "72.5", currency="GBX")
    seen(ledger, "AAPL", "165.123456789", ago(2.5 * 3600))
    seen(ledger, "VODP", "74", ago(3 * 24 * 3600 + 60))
    page = opened(scripted)
    worth = ("165.123456789", "495.37", "+45.37", "0.00", "0.00", "0.00", "+45.37")
    expect_row(page, "AAPL", "3", "150.00", *worth)
    expect_row(page, "VODP", "100", "0.725", "0.74", "74.00", "+1.50", *["0.00"] * 3, "+1.50", currency="GBP")
    expect_total(page, "USD", "495.37", "+45.37", "0.00", "0.00", "0.00", "+45.37")
    for ticker, age, quoted in (("AAPL", "2 h old", "$"), ("VODP", "3 d old", ": 74.00 GBX$")):
        last = row(page, ticker).locator("td.last")
        expect(last).to_have_attribute("title", re.compile(f"^The last price of the market, {age}, of .*{quoted}"))
        assert last.evaluate(MARK) == f'" · {age}"'
    scripted.feed.tick("AAPL", "170")
    expect_row(page, "AAPL", "3", "150.00", "170.00", "510.00", "+60.00", *["0.00"] * 3, "+60.00")
    assert row(page, "AAPL").locator("td.last").evaluate(MARK) == "none"


def test_the_markets_last_price_is_of_none_of_two_currencies(scripted: Scripted, ledger: str) -> None:
    booked = {"timestamp": "2025-06-06T20:00:00Z"}
    book(ledger, "buy", "10", "SHEL", "30", currency="USD", **booked)
    book(ledger, "buy", "5", "SHEL", "2800", currency="GBX", **booked)
    seen(ledger, "SHEL", "31", ago(60))
    page = opened(scripted)
    expect(page.locator('#prices-rows tr[data-ticker="SHEL"] .price')).to_have_text("31.00")
    expect_row(page, "SHEL", "10", "30.00", "30.00", "300.00", "0.00", *["0.00"] * 4)
    expect_row(page, "SHEL", "5", "28.00", "28.00", "140.00", "0.00", *["0.00"] * 4, currency="GBP")


def test_a_price_of_the_market_from_before_a_split_counts_no_more(scripted: Scripted, ledger: str) -> None:
    book(ledger, "buy", "2", "AAPL", "400", timestamp="2025-06-06T20:00:00Z")
    seen(ledger, "AAPL", "420", ago(7300))
    split = {"kind": "split", "ticker": "AAPL", "new": "4", "old": "1"}
    created(f"{ledger}/corporate-actions/", split | {"timestamp": render(ago(-3600))})  # which is announced
    page = opened(scripted)
    expect_row(page, "AAPL", "2", "400.00", "420.00", "840.00", "+40.00", *["0.00"] * 3, "+40.00")
    created(f"{ledger}/corporate-actions/", split | {"timestamp": render(ago(3600))})
    page.evaluate("document.dispatchEvent(new CustomEvent('ledgerchange'))")
    expect_row(page, "AAPL", "8", "100.00", "100.00", "800.00", "0.00", *["0.00"] * 3, "0.00")
    why = re.compile("^The last trade's, of .*: the market's is from before a split$")
    expect(row(page, "AAPL").locator("td.last")).to_have_attribute("title", why)
    scripted.feed.tick("AAPL", "101")
    expect_row(page, "AAPL", "8", "100.00", "101.00", "808.00", "+8.00", *["0.00"] * 3, "+8.00")
