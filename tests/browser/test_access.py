"""The desk for everybody: found right by axe-core in every state, worked by keyboard alone, as wide as the screen."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Literal

from playwright.sync_api import Page, expect

from tick import Tick

from .desk import Scripted
from .guards import Guards
from .made import ago, book, created, report, seen, withdraw
from .seen import SETTLED, await_true
from .test_lots_dialog import OPEN, OPTION, answered

WIDTHS = (320, 700, 1200, 1280, 2560)  # a telephone, where the layout changes, and a wide screen
LAYOUTS = (320, 700, 1280)  # those where it changes; the widest is looked at in dark colours
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
CUT = ("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "WebSocket connection", "status of 400")
QUIET = 11_000  # milliseconds
STOPS = 80  # of the Tab key, which are more than there are
Axe = Callable[[Page], list[str]]


def fill(scripted: Scripted, ledger: str) -> None:
    """Some of everything, with words that are longer than usual."""
    created(f"{ledger}/accounts/", {"name": "the account of all who live in this house", "currency": "EUR"})
    for number in range(12):
        book(ledger, "buy", "10", "AAPL", "165", note="bought in the morning, before the news " * (number % 3), fee="1")
    book(ledger, "sell", "1234567.00000001", "MSFT", "421.12345678")
    for ticker in ("AAPL", "MSFT", "A" * 32):
        alert = report(ledger, ticker, "100", "103", at=ago(5))
    withdraw(ledger, alert, "corrected")
    for ticker, price in (("AAPL", "170.25"), ("MSFT", "12345678901.12345"), ("A" * 32, "0.00000001")):
        scripted.feed.tick(ticker, price, at=ago(1))


def full(scripted: Scripted, ledger: str, prices: int = 3) -> Page:
    fill(scripted, ledger)
    page = scripted.open()
    expect(page.locator("#alerts-list li")).to_have_count(3)
    expect(page.locator("#book-rows tr[data-id]").first).to_be_visible()
    expect(page.locator("#prices-rows tr")).to_have_count(prices)
    return page


def look_at_every_width(page: Page, axe: Axe) -> None:
    """Whether it fits, in each; what axe-core finds, once in each layout, and once more in dark colours at the ends."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) == [], width
        if width in LAYOUTS:
            assert axe(page) == [], width
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLED)
    assert axe(page) == [], "dark and wide"
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    assert axe(page) == [], "dark and narrow"


def schemes(page: Page) -> Iterator[str]:
    """The page in each, one after the other, when its colours have stopped changing."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        yield scheme


def overflow(page: Page) -> list[str]:
    """What makes the page wider than the screen."""
    if page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        return []
    beyond = """[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
                .map(one => `${one.tagName} ${one.id} ${one.className}`)"""
    return ["the page scrolls sideways", *page.evaluate(beyond)]


def test_an_empty_desk_is_right(scripted: Scripted, axe: Axe) -> None:
    page = scripted.open()
    expect(page.locator("#book-empty")).to_be_visible()
    look_at_every_width(page, axe)


def test_a_full_desk_is_right_with_trades_and_with_positions_and_candles(
    scripted: Scripted, ledger: str, axe: Axe
) -> None:
    page = full(scripted, ledger)
    look_at_every_width(page, axe)
    page.get_by_role("tab", name="Positions").click()
    page.get_by_role("radio", name="1h").click()
    expect(page.locator("#positions-rows tr")).to_have_count(2)
    look_at_every_width(page, axe)


def test_a_watchlist_that_is_old_sorted_filtered_and_partly_hidden_is_right(
    scripted: Scripted, ledger: str, axe: Axe
) -> None:
    for ticker, price in (("IBM", "250.1"), ("BTC-USDT", "67123.45"), ("VERY-LONG-NAME-OF-A-COIN-USDT", "0.00001234")):
        seen(ledger, ticker, price, ago(7300))
    page = full(scripted, ledger, prices=6)
    scripted.feed.send(Tick("ETH-USDT", Decimal("3211.5"), ago(0), extended=True))
    page.locator("#prices-rows").get_by_role("button", name="MSFT", exact=True).focus()
    page.keyboard.press("Delete")
    page.get_by_text("1 hidden").click()
    page.get_by_role("button", name="Close this message").click()
    page.locator("#prices-head").get_by_role("button", name="Last").click()
    look_at_every_width(page, axe)
    page.get_by_role("button", name="Actions: IBM", exact=True).click()
    look_at_every_width(page, axe)
    page.keyboard.press("Escape")
    page.locator("#prices-find").fill("a usdt")
    look_at_every_width(page, axe)


def test_a_desk_without_feed_and_api_is_right(scripted: Scripted, ledger: str, axe: Axe, guards: Guards) -> None:
    guards.expect(*CUT)
    page = full(scripted, ledger)
    scripted.feed.close()
    scripted.api.kill()
    expect(page.locator("#status")).to_have_attribute("data-state", "reconnecting")
    expect(page.locator("#alerts-trouble")).to_be_visible()
    look_at_every_width(page, axe)


def test_a_stale_desk_is_right(scripted: Scripted, ledger: str, axe: Axe) -> None:
    fill(scripted, ledger)
    page = scripted.open(clock=True)
    expect(page.locator("#status")).to_have_attribute("data-state", "live")
    page.clock.fast_forward(QUIET)
    expect(page.locator("#status")).to_have_attribute("data-state", "stale")
    page.clock.resume()
    for scheme in schemes(page):
        assert axe(page) == [], scheme


def with_errors(page: Page) -> None:
    page.keyboard.press("n")
    page.get_by_label("Quantity", exact=True).fill("none")
    page.keyboard.press("Enter")
    expect(page.locator("#trade [aria-invalid=true]").first).to_be_visible()


DIALOGS: dict[str, Callable[[Page], None]] = {
    "help": lambda page: page.keyboard.press("?"),
    "new trade": lambda page: page.keyboard.press("n"),
    "errors": with_errors,
    "import": lambda page: page.locator("#book-import").click(),
}


def test_every_dialog_is_right_and_gives_the_focus_back(scripted: Scripted, axe: Axe, guards: Guards) -> None:
    guards.expect(*CUT)
    page = scripted.open()
    for name, show in DIALOGS.items():
        page.locator("#book-import").focus()
        show(page)
        expect(page.get_by_role("dialog"), name).to_be_visible()
        look_at_every_width(page, axe)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog"), name).to_be_hidden()
        expect(page.locator("#book-import"), name).to_be_focused()


def test_the_dialogs_of_a_position_are_right_and_give_the_focus_back(scripted: Scripted, ledger: str, axe: Axe) -> None:
    book(ledger, "buy", "3", OPTION, "1.2", timestamp="2025-06-06T20:00:00Z")
    created(
        f"{ledger}/corporate-actions/",
        {"kind": "rename", "ticker": OPTION, "to": "SPY1", "timestamp": "2025-06-07T20:00:00Z"},
    )
    page = scripted.open()
    page.get_by_role("tab", name="Positions").click()
    answered(page, {"state": "open", "method": "fifo", "next": "more", "results": OPEN})
    menu = page.get_by_role("button", name="Actions: SPY1 in USD")
    for name, shown in {"Open lots": "1.33333333", "Splits and renames": "became SPY1"}.items():
        menu.focus()
        page.keyboard.press("Enter")
        assert axe(page) == [], name
        page.get_by_role("menuitem", name=name).press("Enter")
        expect(page.get_by_role("dialog")).to_contain_text(shown)
        look_at_every_width(page, axe)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(menu).to_be_focused()
        page.set_viewport_size({"width": WIDTHS[-1], "height": 900})


FOCUSED = """() => {
    const one = document.activeElement;
    if (one === document.body) return null;
    const {outlineStyle, outlineWidth} = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    return {name: one.id || one.getAttribute('data-view') || one.textContent.trim().slice(0, 40) || one.name,
            rings: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2, seen: box.width > 0 && box.height > 0};
}"""


def test_the_tab_key_leads_everywhere_and_its_focus_is_seen(scripted: Scripted, ledger: str) -> None:
    page = full(scripted, ledger)
    stops = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if (found := page.evaluate(FOCUSED)) is None:
            break
        stops.append(found)
    assert [stop["name"] for stop in stops if not (stop["rings"] and stop["seen"])] == []
    names = {stop["name"] for stop in stops}
    assert {
        "theme",
        "help-button",
        "prices-find",
        "Today",
        "live",
        "alerts-sound",
        "alerts-notify",
        "trades-tab",
        "book-add",
        "book-import",
    } <= names
    assert len(stops) < STOPS


def test_a_trade_is_two_keystrokes_and_a_form_away(scripted: Scripted) -> None:
    page = scripted.open()
    scripted.feed.tick("AAPL", "170.25")
    await_true(page, "document.body.dataset.price === '170.25'")
    page.keyboard.press("n")
    expect(page.get_by_label("Ticker", exact=True).and_(page.locator("#trade input"))).to_have_value("AAPL")
    page.locator("#trade [name=quantity]").focus()
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#book-rows tr[data-id] .ticker").first).to_contain_text("AAPL")


def test_the_theme_can_be_chosen_against_the_systems_and_is_remembered(scripted: Scripted) -> None:
    page = scripted.open(color_scheme="light")
    page.get_by_role("button", name="Use dark colours").click()
    page.reload()
    expect(page.locator("body")).to_have_css("background-color", "rgb(16, 20, 24)")
