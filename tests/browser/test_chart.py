"""The chosen ticker: its live prices with what happened to them, or the candles of its recorded trades."""

from datetime import UTC, datetime
from decimal import Decimal

from playwright.sync_api import Page, expect

from .desk import Scripted
from .made import ago, book, report
from .seen import PIXELS, await_true

DAY = datetime(2025, 6, 6, 20, tzinfo=UTC)
INTERVALS = {"1m": 5, "5m": 4, "15m": 3, "1h": 2, "1d": 1}
TIMES = (
    "2025-06-06T20:00:00Z",
    "2025-06-06T20:01:00Z",
    "2025-06-06T20:06:00Z",
    "2025-06-06T20:16:00Z",
    "2025-06-06T21:00:00Z",
)  # candles: above
DRAWN = (
    """[...document.querySelectorAll('#chart-canvas canvas')].some(canvas => {
    if (!canvas.width || !canvas.height) return false;
    const [shades, data] = [new Set(), """
    + PIXELS
    + """(canvas)];
    for (const pixel of new Uint32Array(data.buffer)) if (pixel >>> 24 > 200) shades.add(pixel & 0xffffff);
    return shades.size > 5;
})"""
)

LIVE_CHART = """async () => {
    const [{LiveView}, {Market}, {createChart}] = await Promise.all(
        ['prices/live.js', 'prices/market.js', 'vendor/lightweight-charts.mjs'].map(name => import(`/static/dashboard/${name}`)));
    const market = new Market();
    const place = document.body.appendChild(document.createElement('div'));
    const chart = createChart(place, {layout: {attributionLogo: false}});
    const view = new LiveView(chart, market, () => [], {fills: [], average: null});
"""

DAY_OF_TICKS = (
    LIVE_CHART
    + """    let longest = 0;
    for (let second = 1; second <= 3_000; second++) {
        market.take({ticker: 'AAPL', price: '100', timestamp: new Date(second * 1000).toISOString()}, Date.now());
        if (second === 1) view.enter('AAPL');
        view.draw(market.quotes.get('AAPL'));
        longest = Math.max(longest, second % 100 ? 0 : view.series.data().length);
    }
    const last = view.series.data().at(-1).time;
    chart.remove();
    place.remove();
    return [longest, last];
}"""
)

TAKEN_BACK = (
    LIVE_CHART
    + """    const take = (second, price, more = {}) => market.take(
        {ticker: 'AAPL', price, timestamp: new Date(second * 1000).toISOString(), ...more}, Date.now());
    for (const [second, price] of [[1, '100'], [2, '80'], [3, '101']]) take(second, price);
    view.enter('AAPL');
    take(2, '80', {type: 'withdrawal'});
    take(4, '102');
    view.draw(market.quotes.get('AAPL'));
    const points = view.series.data().map(({time, value}) => [time, value]);
    const low = document.getElementById('chart-summary').textContent;
    chart.remove();
    place.remove();
    return [points, low];
}"""
)

NAIVE = """async () => {
    const {Market} = await import('/static/dashboard/prices/market.js');
    const market = new Market();
    const times = ['2025-06-06T20:00:00', '2025-06-06T20:00:01.5', '2025-06-06T22:00:02+02:00', '2025-06-06T20:00:03Z'];
    return times.map(timestamp => {
        market.take({ticker: 'AAPL', price: '100', timestamp}, Date.now());
        return market.quotes.get('AAPL').time;
    });
}"""


def await_drawing(page: Page) -> None:
    """The lines of a grid alone have fewer colours than a curve."""
    page.evaluate("new Promise(requestAnimationFrame)")  # of a view before nothing is left
    await_true(page, DRAWN)


def choose_view(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()


def test_the_first_ticker_is_shown_live_with_the_low_of_its_minute_and_whose_chart_it_is(scripted: Scripted) -> None:
    page = scripted.open()
    for second in range(30, 0, -1):
        scripted.feed.tick("AAPL", Decimal("99.5") if second == 20 else Decimal(100) + second % 4, at=ago(second))
    scripted.feed.tick("AAPL", "170.2")
    expect(page.locator("#chart-ticker")).to_have_text("AAPL")
    expect(page.locator("#chart-price")).to_have_text("170.20")
    expect(page.get_by_role("radio", name="Live")).to_be_checked()
    expect(page.locator("#chart-summary")).to_contain_text("Low of the last minute 99.5")
    await_drawing(page)
    expect(page.get_by_role("link", name="TradingView")).to_have_attribute("href", "https://www.tradingview.com/")


def test_alerts_and_own_trades_are_marked(scripted: Scripted, ledger: str) -> None:
    report(ledger, "AAPL", "100", "102.5", at=ago(5))
    book(ledger, "buy", "10", "AAPL", "101")
    book(ledger, "buy", "10", "AAPL", "101", timestamp=ago(100).isoformat())  # before the chart begins
    page = scripted.open()
    scripted.feed.tick("AAPL", "100", at=ago(50))
    scripted.feed.tick("AAPL", "102.5", at=ago(5))
    expect(page.locator("#alerts-list li")).to_have_count(1)
    scripted.feed.tick("AAPL", "102")
    expect(page.locator("#chart-summary")).to_contain_text("1 alert, 1 own trade")


def test_candles_offer_to_add_a_trade_where_there_is_none_and_show_one_at_once(scripted: Scripted, ledger: str) -> None:
    page = scripted.open()
    scripted.feed.tick("AAPL", "100")
    choose_view(page, "1h")
    expect(page.locator("#chart-empty")).to_contain_text("No trades of AAPL are recorded")
    page.locator("#chart-empty").get_by_role("button", name="Add a trade").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    choose_view(page, "1m")
    expect(page.locator("#chart-empty")).to_be_visible()
    book(ledger, "buy", "1", "AAPL", "100")
    page.evaluate("document.dispatchEvent(new CustomEvent('ledgerchange'))")
    expect(page.locator("#chart-summary")).to_contain_text("1 candle")


def test_candles_are_those_of_the_recorded_trades(scripted: Scripted, ledger: str) -> None:
    for price, time in zip(("100", "103", "102", "99", "101.5"), TIMES, strict=True):
        book(ledger, "buy", "1", "AAPL", price, timestamp=time)
    page = scripted.open(timezone_id="UTC")
    scripted.feed.tick("AAPL", "100")
    for interval, count in INTERVALS.items():
        choose_view(page, interval)
        expect(page.locator("#chart-summary")).to_contain_text(f" {count} candle")
        expect(page.locator("#chart-summary")).to_contain_text("newest closes at 101.5")
        await_drawing(page)


def test_days_begin_at_midnight_of_the_browsers_zone(scripted: Scripted, ledger: str) -> None:
    for time in ("2025-06-06T21:30:00Z", "2025-06-06T22:30:00Z"):
        book(ledger, "buy", "1", "AAPL", "100", timestamp=time)
    page = scripted.open(timezone_id="Europe/Berlin")
    scripted.feed.tick("AAPL", "100")
    choose_view(page, "1d")
    expect(page.locator("#chart-summary")).to_contain_text("2 candles")


def test_views_are_chosen_with_arrows(scripted: Scripted) -> None:
    page = scripted.open()
    scripted.feed.tick("AAPL", "100")
    page.get_by_role("radio", name="Live").focus()
    for name in ("1m", "5m"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_focused()
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()


def test_a_chart_that_is_open_all_day_keeps_its_newest_points(scripted: Scripted) -> None:
    longest, last = scripted.open().evaluate(DAY_OF_TICKS)
    assert longest <= 1801
    assert last == 3_000


def test_a_price_that_is_taken_back_leaves_the_chart_also_where_another_comes_with_it(scripted: Scripted) -> None:
    points, summary = scripted.open().evaluate(TAKEN_BACK)
    assert points == [[1, 100], [3, 101], [4, 102]]
    assert "Low of the last minute 100" in summary


def test_a_tick_without_an_offset_is_of_utc_wherever_the_browser_is(scripted: Scripted) -> None:
    first = DAY.timestamp() * 1000
    assert scripted.open(timezone_id="Europe/Berlin").evaluate(NAIVE) == [
        first,
        first + 1500,
        first + 2000,
        first + 3000,
    ]
