"""The connection light and the panels' own words, while the feed or the API is away, and once they are back."""

import re
import sys
from collections.abc import Callable
from decimal import Decimal

from playwright.sync_api import Page, expect

from tick import Tick

from ..running import Running, free_port
from .desk import Scripted, Visit
from .feeds import FIRST_SEQ
from .guards import Guards
from .made import ago, book
from .parts import System, keep_reading

CUT = ("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE", "WebSocket connection")
QUIET = 11_000  # milliseconds: a little longer than a feed may be silent
MUTE = 20_000  # more of them, and the connection is given up
LATER = 11_000  # the longest wait for a new attempt
SLOWEST = 16_000  # the longest wait of a panel
WATCH_RATES = """() => {
    window.rates = [];
    new MutationObserver(([{target}]) => target.textContent && rates.push(target.textContent))
        .observe(document.querySelector('#status-rate'), {childList: true});
}"""
WITHOUT_FEED = """
import sys
sys.path.insert(0, "trading_system")
from trading_system import settings
settings.FEED_URL = ""  # as in production, where it has no default
sys.argv = ["manage.py", "runserver", "--noreload", *sys.argv[1:]]
import manage
manage.main()
"""
TIME = r"\d\d:\d\d:\d\d"


def expect_status(page: Page, pattern: str) -> None:
    expect(page.locator("#status-text")).to_have_text(re.compile(pattern))


def test_live_says_how_many_tickers_and_ticks_but_what_was_missed_is_no_rate(scripted: Scripted) -> None:
    scripted.feed.send(*(Tick("AAPL", Decimal(100 + number % 3), ago(50)) for number in range(500)))
    page = scripted.open()
    page.evaluate(WATCH_RATES)
    expect(page.locator("#status-rate")).not_to_be_empty()
    assert page.evaluate("rates[0]") == "· 1 ticker · 0 ticks/s"
    scripted.feed.tick("AAPL", "100")
    scripted.feed.tick("MSFT", "100")
    expect_status(page, "^live$")
    expect(page.locator("#status-rate")).to_have_text(re.compile(r"^· 2 tickers · \d+ ticks/s$"))


def test_a_simulated_market_says_so(desk: Page) -> None:
    expect(desk.get_by_role("banner").get_by_text("simulated market", exact=True)).to_be_visible()
    expect(desk.locator("#prices").get_by_text("simulated market", exact=True)).to_be_visible()


def test_without_a_feed_the_page_says_what_to_set_and_shows_candles(
    whole_system: System, ledger: str, visit: Visit, run: Callable[..., Running]
) -> None:
    book(ledger, "buy", "10", "AAPL", "170.25")
    port = free_port()
    server = run(sys.executable, "-c", WITHOUT_FEED, f"127.0.0.1:{port}", **whole_system.settings)
    server.read_until("Quit the server")
    keep_reading(server)
    page = visit(f"http://127.0.0.1:{port}/")
    expect_status(page, "^no price feed is configured$")
    expect(page.locator("#prices")).to_contain_text("set FEED_URL")
    expect(page.locator("#chart-empty")).to_contain_text("No live prices")
    page.get_by_role("tab", name="Positions").click()
    page.locator("#positions-rows").get_by_role("button", name="AAPL", exact=True).click()
    expect(page.locator("#chart-summary")).to_contain_text("1 candle")
    expect(page.locator("#chart-empty")).to_be_hidden()
    page.close()  # before its server ends


def test_the_clock_says_its_zone(scripted: Scripted) -> None:
    page = scripted.open(timezone_id="Asia/Kathmandu")
    expect(page.locator("#zone")).to_have_text(re.compile(r"^\(Asia/Kat[h]?mandu\)$"))
    utc = page.locator("#clock").get_attribute("datetime") or ""
    expect(page.locator("#clock")).to_have_text(re.compile(f"^{TIME}$"))
    assert utc.endswith("Z")


def test_a_silent_feed_is_stale_until_it_speaks_and_left_and_asked_again_where_it_stays_silent(
    scripted: Scripted,
) -> None:
    page = scripted.open(clock=True)
    scripted.feed.tick("AAPL", "100")
    expect_status(page, "^live$")
    page.clock.fast_forward(QUIET)
    expect_status(page, f"^stale: no prices since {TIME}$")
    expect(page.locator("#prices-rows .price")).to_have_css("font-style", "italic")
    scripted.feed.tick("AAPL", "101")
    expect_status(page, "^live$")
    expect(page.locator("#prices-rows .price")).to_have_css("font-style", "normal")
    page.clock.fast_forward(QUIET)
    page.clock.fast_forward(MUTE)
    expect_status(page, f"^reconnecting: no prices since {TIME}; next attempt at {TIME}$")
    page.clock.fast_forward(LATER)
    scripted.feed.await_readers()
    scripted.feed.tick("AAPL", "102")
    expect_status(page, "^live$")


def test_a_heartbeat_keeps_the_light_on_though_no_price_moves_and_says_what_to_ask_for(
    scripted: Scripted, guards: Guards
) -> None:
    guards.expect(*CUT)
    page = scripted.open(clock=True)
    scripted.feed.tick("AAPL", "100")
    expect_status(page, "^live$")
    scripted.feed.lose(7)
    for _ in range(2):
        with page.expect_websocket() as returned:
            scripted.feed.cut()
            expect_status(page, "^reconnecting: ")
            page.clock.fast_forward(LATER)
        scripted.feed.await_readers()
        for _ in range(5):
            with returned.value.expect_event("framereceived"):
                scripted.feed.beat()
            expect_status(page, "^live$")
            page.clock.fast_forward(QUIET // 2)
    assert returned.value.url.endswith(f"since={FIRST_SEQ + 7}")
    expect(page.locator("#prices-rows tr")).to_have_count(1)
    expect(page.locator("#prices-rows .price")).to_have_css("font-style", "normal")
    page.clock.fast_forward(QUIET)
    expect_status(page, f"^stale: no prices since {TIME}$")
    scripted.feed.beat()
    expect_status(page, "^live$")


def test_a_feed_that_is_away_is_asked_again_and_nothing_it_said_meanwhile_is_missed(
    scripted: Scripted, guards: Guards
) -> None:
    guards.expect(*CUT)
    scripted.feed.close()
    page = scripted.visit(scripted.api.address)
    expect_status(page, f"^no price feed yet; next attempt at {TIME}$")
    scripted.feed.open()
    scripted.feed.await_readers()
    scripted.feed.tick("AAPL", "100")
    expect_status(page, "^live$")
    scripted.feed.close()
    expect_status(page, f"^reconnecting: no prices since {TIME}; next attempt at {TIME}$")
    expect(page.locator("#prices-rows .price")).to_have_css("font-style", "italic")
    scripted.feed.tick("AAPL", "90")
    scripted.feed.tick("AAPL", "103", at=ago(-1))
    scripted.feed.open()
    expect_status(page, "^live$")
    expect(page.locator("#prices-rows .price")).to_have_text("103.00")
    expect(page.locator("#chart-summary")).to_contain_text("Low of the last minute 90")


def test_an_api_that_was_killed_is_asked_again_or_at_once_and_every_panel_says_so_meanwhile(
    scripted: Scripted, guards: Guards, ledger: str
) -> None:
    guards.expect(*CUT)
    book(ledger, "buy", "10", "AAPL", "100")
    page = scripted.open(clock=True)
    scripted.feed.tick("AAPL", "100")
    expect_status(page, "^live$")
    page.get_by_role("tab", name="Positions").click()
    expect(page.locator("#positions-rows tr")).to_have_count(1)
    scripted.api.kill()
    page.locator("#positions-method").select_option("average")
    for panel in ("alerts", "positions"):
        expect(page.locator(f"#{panel}-trouble")).to_have_text(re.compile(f"Trying again at {TIME}"))
    expect(page.locator("#positions-rows tr")).to_have_count(1)
    scripted.feed.tick("AAPL", "101")
    expect(page.locator("#prices-rows .price")).to_have_text("101.00")
    page.clock.pause_at(ago(-2))  # so that it does not try by itself
    expect(page.locator("#alerts-trouble")).to_be_visible()
    scripted.api.start()
    page.locator("#alerts-trouble").get_by_role("button", name="Try now").click()
    expect(page.locator("#alerts-trouble")).to_be_hidden()
    expect(page.locator("#positions-trouble")).to_be_visible()
    page.clock.resume()
    page.clock.fast_forward(SLOWEST)
    expect(page.locator("#positions-trouble")).to_be_hidden()


def test_the_page_comes_back_by_itself_after_the_whole_system_was_killed(
    system: System, visit: Visit, guards: Guards
) -> None:
    guards.expect(*CUT)
    page = visit(system.address)
    expect_status(page, "^live$")
    system.part("feed").kill()
    system.await_end()
    expect_status(page, "^reconnecting: ")
    expect(page.locator("#alerts-trouble")).to_be_visible()
    system.start()
    expect_status(page, "^live$")
    expect(page.locator("#alerts-trouble")).to_be_hidden(timeout=20_000)
