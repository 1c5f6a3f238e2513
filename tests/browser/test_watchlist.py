"""One's own watchlist: found, added, hidden, ordered and sorted by whoever looks at it, and kept by their browser."""

from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from tick import Tick

from .desk import Scripted
from .made import ago
from .seen import await_true

TICKERS = ("AAPL", "GOOG", "MSFT", "TSLA")
MANY = 1000
COUNT_MOVES = """() => {
    window.moves = 0;
    new MutationObserver(all => { moves += all.flatMap(({addedNodes}) => [...addedNodes]).length; })
        .observe(document.querySelector('#prices-rows'), {childList: true});
}"""


@pytest.fixture
def page(scripted: Scripted) -> Page:
    """A list of four, by name."""
    page = scripted.open()
    scripted.feed.send(*(Tick(name, Decimal(100), ago(30)) for name in TICKERS))
    expect_order(page, *TICKERS)
    return page


def expect_order(page: Page, *tickers: str) -> None:
    """Of the rows that the filter leaves."""
    expect(page.locator("#prices-rows tr:not([hidden]) .ticker")).to_have_text(list(tickers))


def ticker(page: Page, name: str) -> Locator:
    return page.locator(f'#prices-rows tr[data-ticker="{name}"] .ticker')


def field(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Find or add a ticker")


def act(page: Page, name: str, item: str) -> None:
    """Of the menu of a row."""
    page.get_by_role("button", name=f"Actions: {name}", exact=True).click()
    page.get_by_role("menuitem", name=item).click()


def toast(page: Page, button: str) -> Locator:
    return page.locator(".toast").get_by_role("button", name=button)


def test_what_is_typed_filters_at_once_and_enter_goes_to_the_first_that_is_left(page: Page) -> None:
    page.keyboard.press("w")
    expect(field(page)).to_be_focused()
    page.keyboard.type("s")
    expect_order(page, "MSFT", "TSLA")
    page.keyboard.type("l")
    expect_order(page, "TSLA")
    page.keyboard.press("Escape")
    expect_order(page, *TICKERS)
    page.keyboard.type("ms")
    page.keyboard.press("Enter")
    expect(ticker(page, "MSFT")).to_be_focused()
    expect(page.locator("#chart-ticker")).to_have_text("MSFT")
    expect_order(page, *TICKERS)


def test_a_ticker_that_nobody_offers_is_added_waits_for_its_price_and_is_forgotten_when_it_is_removed(
    page: Page, scripted: Scripted
) -> None:
    field(page).fill("nvda")
    expect(page.locator("#prices-none")).to_be_visible()
    page.keyboard.press("Enter")
    expect_order(page, "AAPL", "GOOG", "MSFT", "NVDA", "TSLA")
    expect(page.locator('#prices-rows tr[data-ticker="NVDA"] .price')).to_have_text("–")
    page.reload()
    expect_order(page, "AAPL", "GOOG", "MSFT", "NVDA", "TSLA")
    scripted.feed.await_readers()
    scripted.feed.tick("NVDA", "121.5")
    expect(page.locator('#prices-rows tr[data-ticker="NVDA"] .price')).to_have_text("121.50")
    field(page).fill("ibm")
    page.get_by_role("button", name="Add IBM").click()
    expect(ticker(page, "IBM")).to_be_focused()
    page.keyboard.press("Delete")
    expect_order(page, "AAPL", "GOOG", "MSFT", "NVDA", "TSLA")
    expect(page.locator("#prices-hidden")).to_be_hidden()


def test_a_part_of_a_listed_ticker_can_be_added_but_what_is_no_ticker_or_is_listed_cannot(page: Page) -> None:
    add = page.locator("#prices-add")
    for typed, offered in (
        ("goo", "Add GOO"),
        ("BRK B", "Add BRK B"),
        ("goog", ""),
        ("a;b", ""),
        ("<i>", ""),
        (" ", ""),
    ):
        field(page).fill(typed)
        expect(add.locator("visible=true")).to_have_count(1 if offered else 0)
        if offered:
            expect(add).to_have_text(offered)
    field(page).fill("a;b")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("a;b")


def test_rows_are_moved_by_keys_and_stay_there_and_new_ones_follow_by_name(page: Page, scripted: Scripted) -> None:
    ticker(page, "TSLA").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect_order(page, "AAPL", "GOOG", "TSLA", "MSFT")
    expect(page.locator("#prices-said")).to_have_text("TSLA: 3 of 4 prices")
    page.keyboard.press("Alt+Home")
    expect_order(page, "TSLA", "AAPL", "GOOG", "MSFT")
    page.keyboard.press("Alt+ArrowUp")  # it is the first
    page.keyboard.press("Alt+ArrowDown")
    expect_order(page, "AAPL", "TSLA", "GOOG", "MSFT")
    expect(ticker(page, "TSLA")).to_be_focused()
    page.reload()
    expect_order(page, "AAPL", "TSLA", "GOOG", "MSFT")
    scripted.feed.await_readers()
    for new in ("NVDA", "AMZN"):
        scripted.feed.tick(new, "1")
    expect_order(page, "AAPL", "TSLA", "GOOG", "MSFT", "AMZN", "NVDA")


def test_a_row_is_moved_past_those_that_the_filter_shows(page: Page) -> None:
    field(page).fill("g")
    field(page).fill("s")  # MSFT, TSLA
    ticker(page, "TSLA").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect_order(page, "TSLA", "MSFT")
    field(page).fill("")
    expect_order(page, "AAPL", "GOOG", "TSLA", "MSFT")


def drag(page: Page, name: str, other: str, share: float) -> None:
    """Take a row by its price, to so much of the height of another one, and hold it there."""
    at = page.locator(f'#prices-rows tr[data-ticker="{other}"] .price').bounding_box()
    assert at
    page.locator(f'#prices-rows tr[data-ticker="{name}"] .price').hover()
    page.mouse.down()
    for part in (0.5, share):  # a drag begins with the first move
        page.mouse.move(at["x"] + 5, at["y"] + part * at["height"])


def test_rows_are_dragged_to_where_they_are_let_go_while_prices_come(page: Page, scripted: Scripted) -> None:
    drag(page, "MSFT", "AAPL", 0.1)
    expect_order(page, "MSFT", "AAPL", "GOOG", "TSLA")
    scripted.feed.tick("NVDA", "1")
    scripted.feed.tick("GOOG", "101")
    expect(page.locator('#prices-rows tr[data-ticker="GOOG"] .price')).to_have_text("101.00")
    expect_order(page, "MSFT", "AAPL", "GOOG", "TSLA")
    page.mouse.up()
    expect_order(page, "MSFT", "AAPL", "GOOG", "TSLA", "NVDA")
    drag(page, "AAPL", "TSLA", 0.9)
    page.mouse.up()
    expect_order(page, "MSFT", "GOOG", "TSLA", "AAPL", "NVDA")
    page.reload()
    expect_order(page, "MSFT", "GOOG", "TSLA", "AAPL", "NVDA")


def test_a_drag_that_is_given_up_moves_nothing(page: Page) -> None:
    drag(page, "MSFT", "AAPL", 0.1)
    expect_order(page, "MSFT", "AAPL", "GOOG", "TSLA")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect_order(page, *TICKERS)


def test_the_menu_of_a_row_moves_and_hides_it_and_the_list_of_the_hidden_brings_it_back(page: Page) -> None:
    expect(page.locator("#chart-ticker")).to_have_text("AAPL")
    act(page, "MSFT", "Move up")
    expect_order(page, "AAPL", "MSFT", "GOOG", "TSLA")
    act(page, "AAPL", "Move down")
    expect_order(page, "MSFT", "AAPL", "GOOG", "TSLA")
    act(page, "TSLA", "Move to the top")
    expect_order(page, "TSLA", "MSFT", "AAPL", "GOOG")
    act(page, "MSFT", "Hide")
    expect_order(page, "TSLA", "AAPL", "GOOG")
    expect(ticker(page, "AAPL")).to_be_focused()
    expect(page.locator("#chart-ticker")).to_have_text("AAPL")
    page.reload()
    expect_order(page, "TSLA", "AAPL", "GOOG")
    page.get_by_text("1 hidden").click()
    page.get_by_role("button", name="Show MSFT again").click()
    expect_order(page, "TSLA", "MSFT", "AAPL", "GOOG")
    expect(page.locator("#prices-hidden")).to_be_hidden()


def test_hiding_is_undone_by_a_key_and_finding_a_hidden_one_shows_it_again(page: Page, scripted: Scripted) -> None:
    for name in ("AAPL", "GOOG"):
        ticker(page, name).focus()
        page.keyboard.press("Delete")
    expect_order(page, "MSFT", "TSLA")
    scripted.feed.tick("AAPL", "101")
    scripted.feed.tick("TSLA", "101")
    expect(page.locator('#prices-rows tr[data-ticker="TSLA"] .price')).to_have_text("101.00")
    expect_order(page, "MSFT", "TSLA")
    page.keyboard.press("u")
    expect_order(page, "GOOG", "MSFT", "TSLA")
    field(page).fill("aapl")
    page.keyboard.press("Enter")
    expect_order(page, *TICKERS)
    expect(page.locator('#prices-rows tr[data-ticker="AAPL"] .price')).to_have_text("101.00")


def test_another_tab_of_the_browser_has_the_same_list(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    expect_order(other, *TICKERS)
    ticker(page, "TSLA").focus()
    page.keyboard.press("Alt+Home")
    expect_order(other, "TSLA", "AAPL", "GOOG", "MSFT")
    other.close()


def test_a_list_that_somebody_else_wrote_is_passed_over(page: Page) -> None:
    for kept in ("not JSON", "null", "7", '{"order": 7, "added": [null, 1, "IBM"], "hidden": {"AAPL": 1}}'):
        page.evaluate("kept => localStorage.setItem('watchlist', kept)", kept)
        page.reload()
        expect_order(page, "AAPL", "GOOG", *(["IBM"] if "IBM" in kept else []), "MSFT", "TSLA")


def head(page: Page, name: str) -> Locator:
    return page.locator("#prices-head").get_by_role("button", name=name)


def sorting(page: Page) -> dict[str, str]:
    """What the heads of columns say."""
    says = "all => Object.fromEntries(all.map(one => [one.textContent.trim(), one.ariaSort]))"
    return dict(page.locator("#prices-head [aria-sort]").evaluate_all(says))


def test_columns_sort_turn_round_and_return_to_ones_own_order(page: Page, scripted: Scripted) -> None:
    ticker(page, "TSLA").focus()
    page.keyboard.press("Alt+Home")
    for name, price in (("AAPL", "99"), ("GOOG", "1000"), ("MSFT", "102")):
        scripted.feed.tick(name, price)
    expect(page.locator('#prices-rows tr[data-ticker="MSFT"] .price')).to_have_text("102.00")
    field(page).fill("ibm")
    page.keyboard.press("Enter")  # without a price: last, whichever way round
    rising = ("AAPL", "TSLA", "MSFT", "GOOG", "IBM")
    falling = ("GOOG", "MSFT", "TSLA", "AAPL", "IBM")
    for column in ("Last", "1 min", "Today"):
        head(page, column).click()
        expect_order(page, *falling)
        assert sorting(page) == {column: "descending"}
        page.keyboard.press("Enter")
        expect_order(page, *rising)
        assert sorting(page) == {column: "ascending"}
        page.keyboard.press("Enter")
        expect_order(page, "TSLA", "AAPL", "GOOG", "MSFT", "IBM")
        assert sorting(page) == {}
    head(page, "Ticker").click()
    expect_order(page, "AAPL", "GOOG", "IBM", "MSFT", "TSLA")
    assert sorting(page) == {"Ticker": "ascending"}


def test_sorted_rows_follow_their_prices_and_are_not_moved_by_hand(page: Page, scripted: Scripted) -> None:
    head(page, "Last").click()
    scripted.feed.tick("TSLA", "103")
    expect_order(page, "TSLA", "AAPL", "GOOG", "MSFT")
    ticker(page, "GOOG").focus()
    scripted.feed.tick("GOOG", "104")
    expect_order(page, "GOOG", "TSLA", "AAPL", "MSFT")
    expect(ticker(page, "GOOG")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator('#prices-rows tr[draggable="true"]')).to_have_count(0)
    toast(page, "Own order").click()
    expect_order(page, *TICKERS)
    expect(page.locator('#prices-rows tr[draggable="true"]')).to_have_count(len(TICKERS))


def test_of_a_thousand_sorted_rows_only_those_move_that_have_another_place(scripted: Scripted) -> None:
    page = scripted.open()
    names = [f"A{number:03}" for number in range(MANY)]
    scripted.feed.send(*(Tick(name, Decimal(2000 - number), ago(0)) for number, name in enumerate(names)))
    head(page, "Last").click()
    expect_order(page, *names)
    page.evaluate(COUNT_MOVES)
    scripted.feed.send(*(Tick(name, Decimal(4000 - number), ago(0)) for number, name in enumerate(names)))
    expect(page.locator("#prices-rows .price").last).to_have_text("3,001.00")
    scripted.feed.tick(names[0], "1")
    scripted.feed.tick(names[500], "9999")
    expect_order(page, names[500], *names[1:500], *names[501:], names[0])
    await_true(page, "moves === 2")
