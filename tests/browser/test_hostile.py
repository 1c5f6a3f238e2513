"""Whatever comes from a user or the feed is text, never markup."""

import json
from typing import Any

from playwright.sync_api import Page, Route, expect

from .desk import Scripted
from .guards import Guards
from .made import ago, book, report, rise

MARKUP = "<img src=x onerror=boom()>"  # 26 characters: short enough for a ticker, had it been one
NOTES = [
    '<img src=x onerror="boom()">',
    "<script>boom()</script>",
    "</td></tr></table><h1>gone</h1>",
    '"><svg onload=boom()>',
    "javascript:boom()",
    "{{ 7 * 7 }} ${7 * 7} %s",
    "\u202egnp.exe e\u0301\u200d",  # right to left, and what joins others
]
SYMBOLS = ["M&M", "^GSPC", "BRK B", "/ESM5", "SPY   250620C00450000"]
NO_FRAMES = [
    "not JSON",
    "null",
    "[]",
    '[null, 7, "x", [], {}]',
    '[{"seq": 1, "ticker": "X", "price": "1e999", "timestamp": "2025-06-06T20:00:00Z"}]',
    '[{"seq": 1, "ticker": "X", "price": "0x10", "timestamp": "2025-06-06T20:00:00Z"}]',
    '[{"seq": 1, "ticker": "X", "price": true, "timestamp": "2025-06-06T20:00:00Z"}]',
    '[{"seq": 1, "ticker": "X", "price": "-1", "timestamp": "2025-06-06T20:00:00Z"}]',
    '[{"seq": 1, "ticker": "X", "price": "1", "timestamp": "yesterday"}]',
    '[{"seq": 1, "ticker": {"a": 1}, "price": "1", "timestamp": "2025-06-06T20:00:00Z"}]',
    '{"type": "gap", "from": 1, "to": 5}',
    '{"type": "withdrawal", "seq": 2, "of": 1, "ticker": "X", "price": "1", "timestamp": "2025-06-06T20:00:00Z"}',
]
ARM = "() => { window.boom = () => { window.hurt = true; }; }"


def armed(scripted: Scripted) -> Page:
    page = scripted.open()
    page.evaluate(ARM)
    return page


def expect_unhurt(page: Page) -> None:
    expect(page.locator("main img, main svg:not(.icon), main script, main h1")).to_have_count(0)
    assert page.evaluate("window.hurt") is None


def test_a_feeds_ticker_is_text(scripted: Scripted, guards: Guards) -> None:
    guards.expect("400")  # no trade can have it
    page = armed(scripted)
    scripted.feed.tick(MARKUP, "100", "101")
    expect(page.locator("#prices-rows .ticker")).to_have_text(MARKUP)
    page.locator("#prices-rows .ticker").click()
    expect(page.locator("#chart-ticker")).to_have_text(MARKUP)
    expect_unhurt(page)


def test_frames_that_are_none_are_passed_over(scripted: Scripted) -> None:
    page = armed(scripted)
    for price, frame in enumerate(NO_FRAMES, 100):
        scripted.feed.say(frame)
        scripted.feed.tick("AAPL", str(price))
        expect(page.locator("#prices-rows .price")).to_have_text(f"{price}.00")
        expect(page.locator("#prices-rows .ticker")).to_have_text(["AAPL"])


def test_notes_are_text_in_the_book_in_their_form_and_in_their_history(scripted: Scripted, ledger: str) -> None:
    for note in NOTES:
        book(ledger, "buy", "1", "AAPL", "100", note=note)
    page = armed(scripted)
    for note in NOTES:
        expect(page.locator("#book-rows").get_by_text(note, exact=True).first).to_be_attached()
    expect_unhurt(page)
    actions = page.locator("#book-rows tr[data-id]").filter(has_text=NOTES[0]).get_by_role("button", name="Actions")
    actions.click()
    page.get_by_role("menuitem", name="Edit").click()
    expect(page.get_by_label("Note")).to_have_value(NOTES[0])
    page.keyboard.press("Escape")
    actions.click()
    page.get_by_role("menuitem", name="History").click()
    expect(page.locator("#history-events")).to_contain_text(NOTES[0])
    expect(page.locator("#history img")).to_have_count(0)
    expect_unhurt(page)


def answering(changes: dict[str, Any]) -> Any:
    """An API that the page should not have trusted: an alert with these fields."""

    def answer(route: Route) -> None:
        alert = rise("AAPL", "100", "103", ago(5)) | changes
        route.fulfill(
            body=json.dumps({"next": None, "previous": None, "results": [alert]}), content_type="application/json"
        )

    return answer


def test_an_alerts_ticker_is_text(scripted: Scripted, guards: Guards) -> None:
    guards.expect("400")
    page = armed(scripted)
    page.route("**/api/alerts/**", answering({"ticker": MARKUP}))
    expect(page.locator("#alerts-list .ticker")).to_have_text(MARKUP)
    expect_unhurt(page)


def test_a_trades_ticker_is_text_in_positions_and_candles(scripted: Scripted, ledger: str) -> None:
    ticker = "A.B/C:D=E^F-G_H"  # as odd as the ledger lets one be
    book(ledger, "buy", "1", ticker, "100")
    report(ledger, ticker, "100", "103")
    page = armed(scripted)
    scripted.feed.tick("AAPL", "1")
    page.get_by_role("tab", name="Positions").click()
    page.locator("#positions-rows").get_by_role("button", name=ticker, exact=True).click()
    expect(page.locator("#chart-ticker")).to_have_text(ticker)
    expect(page.locator("#chart-summary")).to_contain_text("1 candle")
    expect_unhurt(page)


def test_symbols_are_shown_as_they_are_with_all_of_their_spaces(scripted: Scripted, ledger: str) -> None:
    for ticker in SYMBOLS:
        book(ledger, "buy", "1", ticker, "100")
        report(ledger, ticker, "100", "103")
    page = armed(scripted)
    scripted.feed.tick("AAPL", "1")
    page.get_by_role("tab", name="Positions").click()
    expect(page.locator("#positions-rows tr")).to_have_count(len(SYMBOLS))
    for place in ("#book-rows", "#positions-rows", "#alerts-list"):
        shown = page.locator(f"{place} button.ticker, {place} .ticker button")
        assert sorted(shown.evaluate_all("all => all.map(one => one.textContent)")) == sorted(SYMBOLS)
        expect(shown.first).to_have_css("white-space", "pre")
    expect(page.locator("#alerts-list .held").first).to_contain_text("you held 1")
    for ticker in SYMBOLS:
        page.locator("#positions-rows").get_by_role("button", name=ticker, exact=True).click()
        expect(page.locator("#chart-summary")).to_contain_text("1 candle")
        assert page.locator("#chart-ticker").text_content() == ticker
    expect_unhurt(page)


def test_a_ticker_in_the_address_is_text(scripted: Scripted, guards: Guards) -> None:
    guards.expect("400")
    page = scripted.visit(f"{scripted.api.address}/?ticker={MARKUP}")
    page.evaluate(ARM)
    expect(page.locator("#book-filters [aria-invalid=true]")).to_have_value(MARKUP)
    expect_unhurt(page)
