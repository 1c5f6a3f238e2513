"""Recorded sessions with venues, in all that `make run` starts, as somebody sees them who has the page open."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from started import running_system

from ..running import ROOT, clean_environment
from .guards import Guards
from .tab import CONTEXT

RECORDINGS = ROOT / "websocket_simulator/venues/recordings"
LONG = 40_000  # milliseconds: a recording lasts a quarter of a minute here
Shown = Callable[[str], AbstractContextManager[Page]]


@pytest.fixture
def shown(browser: Browser, guards: Guards) -> Shown:
    """The page of a system whose feed plays a recording, twelve times as fast as it came."""

    @contextmanager
    def show(name: str) -> Iterator[Page]:
        options = f"--source-file {RECORDINGS / name}.ndjson --speed 12"
        with (
            running_system(options, clean_environment()) as address,
            browser.new_context(**CONTEXT | {"timezone_id": "UTC"}) as context,
        ):
            page = context.new_page()
            guards.watch(context)
            page.goto(address)
            yield page

    return show


def alert(page: Page, ticker: str) -> Locator:
    return page.locator("#alerts-list li").filter(has_text=ticker).first


def candles(page: Page) -> Locator:
    """What the page says of the candles of the chosen ticker."""
    page.locator('#chart-views [data-view="1m"]').click()
    return page.locator("#chart-summary")


def test_shares_with_a_price_that_is_taken_back(shown: Shown) -> None:
    with shown("alpaca") as page:
        expect(alert(page, "MSFT").locator(".withdrawal")).to_have_text(
            "withdrawn: the trade was cancelled", timeout=LONG
        )
        expect(alert(page, "AAPL")).to_contain_text("+2.01 %", timeout=LONG)
        expect(alert(page, "AAPL")).to_contain_text("not all ticks seen")  # a connection was lost
        expect(candles(page)).to_contain_text("Market: 2 candles", timeout=LONG)
        expect(page.locator("#chart-legend")).to_contain_text("gap", timeout=LONG)


def test_coins_with_a_hole(shown: Shown) -> None:
    with shown("binance") as page:
        expect(page.locator("#prices-rows tr").filter(has_text="BTC-USDT")).to_be_visible(timeout=LONG)
        expect(alert(page, "ETH-USDT")).to_contain_text("not all ticks seen", timeout=LONG)
        page.locator("#prices-rows").get_by_role("button", name="ETH-USDT", exact=True).click()
        expect(candles(page)).to_contain_text("Market:", timeout=LONG)
        expect(candles(page)).to_contain_text("not all ticks were seen", timeout=LONG)
