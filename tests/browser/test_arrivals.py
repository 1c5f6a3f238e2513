"""What others do to the ledger, on the page of somebody who reads the book: seen or counted, none missed, rows in place."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from playwright.sync_api import Page, expect

from embedded_postgres.cluster import DATABASE

from ..running import call
from .desk import Scripted
from .guards import Guards
from .made import book
from .parts import System
from .test_book import REFRESH, ROWS, row

FEW = 8  # requests for a look at what was imported, however much it is
LONG_AGO = """CREATE TEMP TABLE late ON COMMIT DROP AS SELECT * FROM trades_trade WHERE id = %(id)s;
    UPDATE late SET id = nextval(pg_get_serial_sequence('trades_trade', 'id')), xid = pg_current_xact_id(), ticker = 'LATE',
        created_at = created_at - INTERVAL '10 minutes', updated_at = created_at - INTERVAL '10 minutes';
    INSERT INTO trades_trade SELECT * FROM late;"""


@pytest.fixture
def opened(scripted: Scripted) -> Callable[..., Page]:
    """Opens the page with this many rows; its time is the test's."""

    def open_(rows: int) -> Page:
        page = scripted.open(clock=True)
        expect(page.locator(ROWS)).to_have_count(rows)
        return page

    return open_


@pytest.fixture
def database(whole_system: System) -> Iterator[psycopg2.extensions.connection]:
    with closing(psycopg2.connect(**whole_system.postgres.address, dbname=DATABASE)) as connection:
        yield connection


def look(page: Page) -> None:
    """Let the page look at what has changed."""
    with page.expect_response(lambda answer: "/api/trades/changes/" in answer.url):
        page.clock.fast_forward(REFRESH)


def change(ledger: str, trade: dict[str, Any], **fields: str) -> None:
    assert call(f"{ledger}/trades/{trade['id']}/", fields, "PATCH")[0] == 200


def delete(ledger: str, trade: dict[str, Any]) -> None:
    assert call(f"{ledger}/trades/{trade['id']}/", method="DELETE")[0] == 204


def test_what_others_change_and_delete_is_so_on_the_page(opened: Callable[..., Page], ledger: str) -> None:
    trades = {ticker: book(ledger, "buy", "10", ticker, "100") for ticker in ("AAPL", "MSFT", "TSLA")}
    page = opened(3)
    delete(ledger, trades["MSFT"])
    change(ledger, trades["AAPL"], price="123.45")
    look(page)
    expect(page.locator(ROWS)).to_have_count(2)
    expect(row(page, "MSFT")).to_have_count(0)
    expect(row(page, "AAPL")).to_contain_text("123.45")
    assert call(f"{ledger}/trades/{trades['MSFT']['id']}/restore/", {})[0] == 200
    look(page)
    expect(page.locator("#book-new")).to_have_text("1 new")


def test_what_is_new_and_deleted_before_anybody_saw_it_is_counted_no_more(
    opened: Callable[..., Page], ledger: str
) -> None:
    book(ledger, "buy", "10", "AAPL", "100")
    page = opened(1)
    made = [book(ledger, "buy", "1", "AAPL", "100") for _ in range(2)]
    look(page)
    expect(page.locator("#book-new")).to_have_text("2 new")
    delete(ledger, made[0])
    look(page)
    expect(page.locator("#book-new")).to_have_text("1 new")
    delete(ledger, made[1])
    look(page)
    expect(page.locator("#book-new")).to_be_hidden()


def test_only_what_the_filters_let_through_is_counted_and_what_leaves_them_goes(
    opened: Callable[..., Page], ledger: str
) -> None:
    trades = [book(ledger, "buy", "10", ticker, "100") for ticker in ("AAPL", "AAPL", "MSFT")]
    page = opened(3)
    page.locator("#book-filters [name=ticker]").fill("aapl")
    page.keyboard.press("Enter")
    expect(page.locator(ROWS)).to_have_count(2)
    book(ledger, "buy", "1", "MSFT", "100")
    book(ledger, "sell", "1", "AAPL", "100")
    look(page)
    expect(page.locator("#book-new")).to_have_text("1 new")
    expect(page.locator(ROWS)).to_have_count(2)
    for trade in trades:
        change(ledger, trade, ticker="TSLA")
    look(page)
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator(ROWS)).to_contain_text("sell")


def test_what_began_long_before_the_page_was_opened_is_new_when_it_ends(
    opened: Callable[..., Page], ledger: str, database: psycopg2.extensions.connection
) -> None:
    """An import of some million rows takes longer than any overlap that a page could look back."""
    trade = book(ledger, "buy", "10", "AAPL", "100", timestamp="2025-06-06T20:00:00Z")
    with database.cursor() as cursor:
        cursor.execute(LONG_AGO, trade)
        page = opened(1)
        look(page)
        expect(page.locator("#book-new")).to_be_hidden()
        database.commit()
    look(page)
    expect(page.locator("#book-new")).to_have_text("1 new")


def test_of_a_large_import_little_is_asked_and_rows_in_view_are_right(opened: Callable[..., Page], ledger: str) -> None:
    trades = [book(ledger, "buy", "10", ticker, "100") for ticker in ("AAPL", "MSFT")]
    page = opened(2)
    fields = {"ticker": "TSLA", "side": "buy", "quantity": "1", "timestamp": "2025-06-06T20:00:00Z"}
    file = [{**fields, "price": str(number + 1)} for number in range(3_000)]
    assert call(f"{ledger}/trades/bulk/", file)[0] == 201
    delete(ledger, trades[0])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/trades/" in request.url else None)
    look(page)
    expect(page.locator("#book-new")).to_have_text("1,000+ new")
    expect(row(page, "AAPL")).to_have_count(0)
    assert len(asked) <= FEW
    page.locator("#book-new").click()
    expect(page.locator("#book-new")).to_be_hidden()
    expect(page.locator(ROWS).first).to_contain_text("MSFT")
    expect(row(page, "TSLA").first).to_be_visible()


def test_another_ledger_behind_the_same_address_is_shown_from_its_beginning(
    opened: Callable[..., Page], ledger: str, database: psycopg2.extensions.connection, guards: Guards
) -> None:
    guards.expect("409")
    book(ledger, "buy", "10", "AAPL", "100")
    page = opened(1)
    with database.cursor() as cursor:
        cursor.execute("UPDATE trades_ledger SET uuid = gen_random_uuid()")
        database.commit()
    book(ledger, "buy", "10", "MSFT", "100")
    look(page)
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator("#book-new")).to_be_hidden()
