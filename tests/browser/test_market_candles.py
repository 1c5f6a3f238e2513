"""Candles of the market: what the watch saw, followed by the feed, with the user's own book drawn on them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from .desk import Scripted
from .made import book, candle, keep, this_minute
from .test_chart import await_drawing, choose_view

NOON = datetime(2026, 6, 5, 12, tzinfo=UTC)
PAGE = 500  # candles that the page asks for at a time
CANDLES = """async ([interval, steps]) => {
    const {CandlePages} = await import('/static/dashboard/prices/candle-pages.js');
    const pages = new CandlePages('AAPL', interval, 'market');
    for (const [name, ...rest] of steps) pages[name](...rest);
    return pages.list.map(({timestamp, open, high, low, close}) => [timestamp, open, high, low, close].join(' '));
}"""


def told(page: Page, text: str) -> None:
    expect(page.locator("#chart-legend")).to_have_attribute("aria-valuetext", text)


def summary(page: Page, text: str) -> None:
    expect(page.locator("#chart-summary")).to_contain_text(text)


@pytest.fixture
def market(scripted: Scripted, ledger: str) -> Page:
    """The page at the minutes of a market that was at 100, 104 and 102 at last."""
    keep(
        ledger,
        candle("AAPL", NOON, "100.0", "103", "99.50", "100.0", volume="1234.5"),
        candle("AAPL", NOON + timedelta(minutes=1), "100", "104", gap=True),
        candle("AAPL", NOON + timedelta(minutes=2), "104", "102.0", volume="7"),
    )
    page = scripted.open(timezone_id="UTC")
    scripted.feed.tick("AAPL", "101", at=NOON)
    choose_view(page, "1m")
    summary(page, "Market: 3 candles")
    return page


def test_the_market_is_shown_and_own_trades_when_they_are_asked_for(market: Page, ledger: str) -> None:
    book(ledger, "buy", "1", "AAPL", "100", timestamp="2026-06-05T12:00:00Z")
    await_drawing(market)
    own = market.get_by_role("button", name="Own trades")
    own.click()
    expect(own).to_have_attribute("aria-pressed", "true")
    summary(market, "Own trades: 1 candle; newest closes at 100")
    own.click()
    summary(market, "Market: 3 candles")
    choose_view(market, "Live")
    expect(own).to_be_hidden()


def test_minutes_become_hours_and_days(market: Page) -> None:
    for interval in ("5m", "15m", "1h", "1d"):
        choose_view(market, interval)
        summary(market, "Market: 1 candle")
        expect(market.locator("#chart-legend")).to_contain_text("104")


def test_where_no_market_is_kept_own_trades_are_shown_and_the_page_says_so(scripted: Scripted, ledger: str) -> None:
    keep(ledger, candle("MSFT", NOON, "400"))
    book(ledger, "buy", "1", "AAPL", "100")
    page = scripted.open()
    scripted.feed.tick("AAPL", "101")
    choose_view(page, "1h")
    summary(page, "No candles of the market are kept. Own trades: 1 candle")


def test_a_ticker_without_a_feed_has_candles_and_its_last_price_dimmed(scripted: Scripted, ledger: str) -> None:
    keep(ledger, candle("MSFT", this_minute(ago=3), "399", "400.5"))
    page = scripted.open()
    scripted.feed.tick("AAPL", "101")
    page.get_by_role("button", name="MSFT", exact=True).click()
    expect(page.locator("#chart-price")).to_have_text("400.50")
    expect(page.locator("#chart-price")).to_have_class(re.compile("note"))
    expect(page.locator("#chart-price")).to_have_attribute("title", re.compile("The market's last price, [12] min old"))
    summary(page, "Market: 1 candle")


def test_the_legend_has_the_newest_candle_or_the_one_under_the_pointer(market: Page) -> None:
    legend = market.locator("#chart-legend")
    told(market, "5 Jun 12:02, open 104.00, high 104.00, low 102.00, close 102.00, volume 7, change −1.92 %")
    box = market.locator("#chart-canvas").bounding_box()
    assert box
    market.mouse.move(box["x"] + 20, box["y"] + 60)
    told(market, "5 Jun 12:00, open 100.00, high 103.00, low 99.50, close 100.00, volume 1,234.5")
    expect(legend).to_contain_text("H 103.00")
    market.mouse.move(box["x"] + 20, box["y"] - 200)
    expect(legend).to_contain_text("H 104.00")


def test_arrows_lead_along_the_candles(market: Page) -> None:
    legend = market.get_by_role("slider", name="Candle")
    legend.focus()
    market.keyboard.press("ArrowLeft")
    told(
        market, "5 Jun 12:01, open 100.00, high 104.00, low 100.00, close 104.00, volume –, change +4.00 %, "
        "not all ticks seen",
    )  # fmt: skip
    expect(legend.get_by_title("not all ticks seen")).to_have_text("gap")
    expect(legend).to_have_attribute("aria-valuenow", "2")
    market.keyboard.press("Home")
    expect(legend).to_have_attribute("aria-valuenow", "1")
    market.keyboard.press("Escape")
    expect(legend).to_have_attribute("aria-valuenow", "3")


def test_candles_with_gaps_are_counted(market: Page) -> None:
    summary(market, "Market: 3 candles, 1 in which not all ticks were seen")


def test_the_newest_candle_follows_the_feed(scripted: Scripted, ledger: str) -> None:
    keep(ledger, candle("AAPL", this_minute(), "100", "99"))
    page = scripted.open()
    scripted.feed.tick("AAPL", "99")
    choose_view(page, "1d")
    legend = page.locator("#chart-legend")
    for price, text in (("99", "99.00"), ("105.5", "105.50"), ("98.25", "98.25"), ("101", "101.00")):
        scripted.feed.tick("AAPL", price)
        expect(legend).to_contain_text(f"C {text}")
    for text in ("O 100.00", "H 105.50", "L 98.25"):
        expect(legend).to_contain_text(text)


def test_a_tick_of_another_minute_begins_a_candle(scripted: Scripted, ledger: str) -> None:
    keep(ledger, candle("AAPL", this_minute(ago=2), "100", "99"))
    page = scripted.open()
    scripted.feed.tick("AAPL", "99")
    choose_view(page, "1m")
    summary(page, "Market: 1 candle")
    scripted.feed.tick("AAPL", "102")
    summary(page, "Market: 2 candles")
    for text in ("O 102.00", "H 102.00", "L 102.00", "C 102.00", "V –"):
        expect(page.locator("#chart-legend")).to_contain_text(text)


GAPS = """async ([interval, candles, nows]) => {
    const {CandlePages} = await import('/static/dashboard/prices/candle-pages.js');
    return nows.map(now => {
        const pages = new CandlePages('AAPL', interval, 'market');
        pages.take('market', {results: candles, previous: null}, now);
        return pages.list.map(({gap}) => gap);
    });
}"""


def test_whether_ticks_are_missing_is_told_of_candles_that_are_over(scripted: Scripted) -> None:
    candles = [one | {"gap": True} for one in found("100", "101")]
    assert scripted.open().evaluate(GAPS, ["1m", candles, [at(1.1), at(1.9), at(2.1), at(2.6)]]) == [
        [False, False],
        [True, False],
        [True, False],
        [True, True],
    ]


def found(*prices: str, minute: int = 0) -> list[dict[str, str]]:
    """Candles of the API's, from this minute on, in each of which one price came."""
    times = (NOON + timedelta(minutes=minute + at) for at in range(len(prices)))
    return [
        {"timestamp": f"{time:%Y-%m-%dT%H:%M:%SZ}"} | dict.fromkeys(("open", "high", "low", "close"), price)
        for time, price in zip(times, prices, strict=True)
    ]


def at(minute: float) -> int:
    return int((NOON + timedelta(minutes=minute)).timestamp() * 1000)


Steps = Callable[..., list[str]]


@pytest.fixture
def after(scripted: Scripted) -> Steps:
    """The minutes of noon that are shown, as `minute open high low close`, after these calls."""
    page = scripted.open()

    def after(*steps: list[object], interval: str = "1m") -> list[str]:
        return [
            line.replace("2026-06-05T12:", "").replace(".000Z", "Z")
            for line in page.evaluate(CANDLES, [interval, steps])
        ]

    return after


def answer(candles: list[dict[str, str]], previous: str | None = None) -> list[object]:
    return ["take", "market", {"results": candles, "previous": previous}, at(1000)]


def test_what_ticks_have_told_stays_until_the_ledger_knows_it(after: Steps) -> None:
    steps = [answer(found("100")), ["follow", "103", at(0.5)], ["follow", "1.01e2", at(0.6)]]
    assert after(*steps) == ["00:00Z 100 103 100 1.01e2"]
    assert after(*steps, answer(found("99"))) == ["00:00Z 99 103 99 1.01e2"]
    assert after(*steps, ["follow", "105", at(1)]) == ["00:00Z 100 103 100 1.01e2", "01:00Z 105 105 105 105"]


def test_a_candle_that_is_over_is_as_the_ledger_has_it(after: Steps) -> None:
    steps = [answer(found("100")), ["follow", "999", at(0.5)], ["follow", "100", at(1)]]
    assert after(*steps, answer(found("100"))) == ["00:00Z 100 100 100 100", "01:00Z 100 100 100 100"]


def test_a_late_tick_changes_nothing(after: Steps) -> None:
    assert after(answer(found("100", "101")), ["follow", "999", at(0.5)]) == [
        "00:00Z 100 100 100 100",
        "01:00Z 101 101 101 101",
    ]


def test_older_candles_stay_while_the_answers_go_on_with_them_and_go_where_a_hole_would_be(after: Steps) -> None:
    first = answer(found("100", "101"))
    assert after(first, answer(found("102", "103", minute=1), "/before")) == [
        "00:00Z 100 100 100 100",
        "01:00Z 102 102 102 102",
        "02:00Z 103 103 103 103",
    ]
    assert after(first, answer(found("105", minute=5), "/before")) == ["05:00Z 105 105 105 105"]


def test_ticks_make_no_candles_of_own_trades(after: Steps) -> None:
    own: list[object] = ["take", "own", {"results": found("100"), "previous": None}, at(1000)]
    assert after(own, ["follow", "999", at(0.5)]) == ["00:00Z 100 100 100 100"]


def test_older_candles_come_when_one_looks_there(scripted: Scripted, ledger: str) -> None:
    keep(ledger, *(candle("AAPL", NOON + timedelta(minutes=minute), "100", "101") for minute in range(PAGE + 3)))
    page = scripted.open()
    scripted.feed.tick("AAPL", "101", at=NOON)
    choose_view(page, "1m")
    summary(page, f"Market: {PAGE} candles")
    page.locator("#chart-legend").focus()
    page.keyboard.press("Home")
    summary(page, f"Market: {PAGE + 3} candles")


def test_the_average_cost_of_what_is_held_is_told_in_its_currency(market: Page, ledger: str) -> None:
    for price in ("100", "101"):
        book(ledger, "buy", "2", "AAPL", price)
    market.evaluate("document.dispatchEvent(new CustomEvent('ledgerchange'))")
    summary(market, "average cost 100.50 USD")
    book(ledger, "sell", "4", "AAPL", "103")
    market.evaluate("document.dispatchEvent(new CustomEvent('ledgerchange'))")
    expect(market.locator("#chart-summary")).not_to_contain_text("average cost")
