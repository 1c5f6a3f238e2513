"""What is held and what it is worth, to the last digit, at the feed's prices."""

from playwright.sync_api import Locator, Page, expect

from .desk import Scripted
from .made import book

COLUMNS = ["Ticker", "Quantity", "Average cost", "Last price", "Value", "Unrealised", "Realised", "Fees", "Total"]


def opened(scripted: Scripted) -> Page:
    page = scripted.open()
    page.get_by_role("tab", name="Positions").click()
    return page


def row(page: Page, ticker: str) -> Locator:
    return page.locator("#positions-rows tr").filter(has=page.get_by_role("button", name=ticker, exact=True))


def expect_row(page: Page, ticker: str, *cells: str) -> None:
    expect(row(page, ticker).locator("td")).to_have_text(list(cells))


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
    expect_row(page, "AAPL", "15", "156.66666667", "165.50", "2,482.50", "+132.50", "+100.00", "1.25", "+231.25")
    scripted.feed.tick("AAPL", "150")
    expect_row(page, "AAPL", "15", "156.66666667", "150.00", "2,250.00", "−100.00", "+100.00", "1.25", "−1.25")
    scripted.feed.tick("AAPL", "165")
    for method in ("lifo", "hifo"):  # 5 of those at 160 were sold
        page.get_by_label("Cost by").select_option(method)
        expect_row(page, "AAPL", "15", "153.33333333", "165.00", "2,475.00", "+175.00", "+50.00", "1.25", "+223.75")
    page.get_by_label("Cost by").select_option("average")
    expect_row(page, "AAPL", "15", "155.00", "165.00", "2,475.00", "+150.00", "+75.00", "1.25", "+223.75")
    page.reload()
    expect(page.get_by_label("Cost by")).to_have_value("average")


def test_a_short_one_gains_when_the_price_falls_a_small_one_loses_no_digit_and_one_without_a_price_says_so(
    scripted: Scripted, ledger: str
) -> None:
    book(ledger, "sell", "3", "TSLA", "250")
    book(ledger, "buy", "0.00000003", "XRP", "0.1234567")
    book(ledger, "buy", "10", "IBM", "100", timestamp="2025-06-06T20:00:00Z")
    page = opened(scripted)
    scripted.feed.tick("TSLA", "240.5")
    scripted.feed.tick("XRP", "0.1234568")
    expect_row(page, "TSLA", "−3", "250.00", "240.50", "−721.50", "+28.50", "0.00", "0.00", "+28.50")
    expect(row(page, "XRP").locator("td").nth(4)).to_have_text("+0.000000000000003")
    expect_row(page, "IBM", "10", "100.00", "100.00", "1,000.00", "0.00", "0.00", "0.00", "0.00")
    expect(row(page, "IBM").locator("td").nth(2)).to_have_attribute(
        "title", "The last trade's, of 6 Jun 2025 22:00:00.000: the feed has no price"
    )


def test_the_total_is_that_of_all_closed_ones_among_them(scripted: Scripted, ledger: str) -> None:
    book(ledger, "buy", "10", "AAPL", "150")
    book(ledger, "buy", "1", "MSFT", "400", fee="2")
    book(ledger, "sell", "1", "MSFT", "410")
    page = opened(scripted)
    scripted.feed.tick("AAPL", "151")
    expect(row(page, "MSFT").locator("td").first).to_have_text("0")
    expect(page.locator("#positions-total td")).to_have_text(
        ["", "", "", "1,510.00", "+10.00", "+10.00", "2.00", "+18.00"]
    )
    scripted.feed.tick("AAPL", "149")
    expect(page.locator("#positions-total td").last).to_have_text("−2.00")
