"""A broker's file on the page: looked at, asked about, corrected, booked, undone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ..running import call
from .desk import Scripted
from .guards import Guards
from .test_book import ROWS
from .test_hostile import ARM, expect_unhurt
from .test_import_page import CSV, DROP

SCHWAB = """\
"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"
"03/14/2025","Sell","ACME","ACME CORP","10","$1,170.25","$0.03","$11,702.47"
"03/13/2025","Cash Dividend","ACME","ACME CORP","","","","$4.20"
"03/12/2025","Buy","ACME","ACME CORP","10","$1,150.00","","-$11,500.00"
"""
AMBIGUOUS = "Day;Name of it;B/S;Pieces;Rate;Costs;Remark\n03/04/2025;ACME;B;10;170,25;1,00;first\n05/04/2025;ACME;S;4;171,50;1,00;\n"
SIDEWAYS = (
    "[document.documentElement, document.querySelector('#import')].some(one => one.scrollWidth > one.clientWidth)"
)


@pytest.fixture
def page(scripted: Scripted) -> Page:
    page = scripted.open()
    expect(page.locator("#book-empty")).to_be_visible()
    return page


def drop(page: Page, name: str, text: str) -> Locator:
    page.evaluate(DROP, [name, text])
    review = page.locator("#import-review")
    expect(review).to_be_visible()
    return review


def press_book(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.locator("#import-report")).to_contain_text("added")


def trades(ledger: str) -> list[dict[str, Any]]:
    return list(call(f"{ledger}/trades/")[1]["results"])


def test_a_brokers_file_is_shown_as_trades_before_it_is_booked(page: Page, ledger: str) -> None:
    review = drop(page, "schwab.csv", SCHWAB)
    expect(review).to_contain_text("Charles Schwab: CSV, utf-8, separated by comma")
    expect(review).to_contain_text("2 trades, 1 row left out")
    expect(review).to_contain_text("America/New_York")
    rows = review.locator(".preview tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("1,170.25")
    expect(rows.nth(1)).to_have_class("left")
    expect(rows.nth(1)).to_contain_text("left out: Cash Dividend")
    assert trades(ledger) == []
    press_book(page, "Book 2 trades")
    expect(page.locator("#import-report")).to_contain_text("2 trades added, 1 row left out")
    page.locator("#import-close").click()
    expect(page.locator(ROWS)).to_have_count(2)


def test_an_import_is_undone_and_redone_where_its_result_stands(page: Page, ledger: str) -> None:
    drop(page, "schwab.csv", SCHWAB)
    press_book(page, "Book 2 trades")
    before = trades(ledger)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#import-report")).to_contain_text("Undone: 2 trades removed.")
    assert trades(ledger) == []
    page.get_by_role("button", name="Redo", exact=True).click()
    expect(page.locator("#import-report")).to_contain_text("Redone: 2 trades restored.")
    assert [one["id"] for one in trades(ledger)] == [one["id"] for one in before]


def test_earlier_imports_are_listed_and_undone_from_there(page: Page, ledger: str) -> None:
    drop(page, "schwab.csv", SCHWAB)
    press_book(page, "Book 2 trades")
    page.get_by_role("button", name="Earlier imports").click()
    item = page.locator("#import-list li")
    expect(item).to_contain_text("schwab.csv")
    expect(item).to_contain_text("2 trades added")
    page.get_by_role("button", name="Undo: schwab.csv").click()
    expect(page.locator("#import-said")).to_have_text("schwab.csv: Undone: 2 trades removed.")
    expect(page.get_by_role("button", name="Redo: schwab.csv")).to_be_focused()
    assert trades(ledger) == []
    page.keyboard.press("Enter")
    expect(page.locator("#import-said")).to_have_text("schwab.csv: Redone: 2 trades restored.")
    assert len(trades(ledger)) == 2


def test_a_file_that_was_not_booked_is_gone_on_with_or_forgotten(page: Page, ledger: str) -> None:
    drop(page, "schwab.csv", SCHWAB)
    page.reload()
    page.keyboard.press("i")
    page.get_by_role("button", name="Earlier imports").click()
    page.get_by_role("button", name="Continue: schwab.csv").click()
    expect(page.locator("#import-review")).to_contain_text("2 trades")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#import-report")).to_contain_text("nothing of schwab.csv was booked")
    page.get_by_role("button", name="Earlier imports").click()
    expect(page.locator("#import-none")).to_be_visible()
    assert trades(ledger) == []


def test_what_a_file_does_not_say_is_asked_and_never_guessed(page: Page, ledger: str) -> None:
    review = drop(page, "unknown.csv", AMBIGUOUS)
    map_columns(review)
    order = review.locator("[name=dates]")
    expect(order).to_have_value("")
    page.locator("#import-book").click()
    expect(order).to_have_attribute("aria-invalid", "true")
    expect(order).to_be_focused()
    assert trades(ledger) == []
    answer(review, dates="DMY", zone="Europe/Berlin", currency="EUR")
    expect(review.locator("[aria-invalid]")).to_have_count(0)
    expect(review.locator(".preview")).to_contain_text("3 Apr 2025")


def test_a_layout_that_nobody_knows_gets_in_and_is_known_the_next_time(page: Page, ledger: str) -> None:
    review = drop(page, "unknown.csv", AMBIGUOUS)
    map_columns(review)
    answer(review, dates="DMY", zone="Europe/Berlin", currency="EUR")
    expect(review.locator(".preview")).to_contain_text("first")
    review.locator("[name=keep_as]").fill("my-broker")
    press_book(page, "Book 2 trades")
    first, last = sorted(trades(ledger), key=lambda one: one["timestamp"])
    assert (first["side"], first["quantity"], first["price"], first["fee"], first["note"]) == (
        "buy",
        "10",
        "170.25",
        "1.00",
        "first",
    )
    assert (last["side"], last["timestamp"]) == ("sell", "2025-04-04T22:00:00Z")
    review = drop(page, "later.csv", AMBIGUOUS.replace("ACME", "ZZZ"))
    expect(review.locator("#import-what")).to_contain_text("my-broker")
    expect(review.locator("[name=dates]")).to_have_count(0)
    expect(review.locator("[name=zone]")).to_have_value("Europe/Berlin")


def test_a_profile_that_cannot_be_kept_is_said_beside_its_name_and_nothing_is_booked(
    page: Page, ledger: str, guards: Guards
) -> None:
    guards.expect("400")
    review = drop(page, "unknown.csv", AMBIGUOUS)
    map_columns(review)
    answer(review, dates="DMY", zone="Europe/Berlin", currency="EUR")
    review.locator("[name=keep_as]").fill("My broker")
    page.get_by_role("button", name="Book 2 trades").click()
    expect(review.locator("[name=keep_as]")).to_have_attribute("aria-invalid", "true")
    expect(review.locator(".error")).to_have_text("Must be lower-case letters, digits and single hyphens.")
    assert trades(ledger) == []


def map_columns(review: Locator) -> None:
    """Say which columns are those that the proposal does not know."""
    expect(review.locator("#import-counts")).to_have_text("Say below which column is the quantity and the price.")
    expect(review.locator("[name='columns.quantity']")).to_be_focused()
    review.locator("[name='columns.quantity']").select_option("Pieces")
    expect(review.locator("#import-counts")).to_have_text("Say below which column is the price.")
    review.locator("[name='columns.price']").select_option("Rate")
    expect(review.locator("#import-counts")).to_have_text("Answer what is asked below to see its trades.")


def answer(review: Locator, **answers: str) -> None:
    """Answer what is asked, and only that."""
    for name, value in answers.items():
        field = review.locator(f"#import-questions [name={name}]")
        if field.count() == 0:
            continue
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
            field.press("Enter")
        expect(review).to_have_attribute("aria-busy", "false")


def test_all_is_done_by_keyboard(page: Page, ledger: str) -> None:
    page.keyboard.press("i")
    with page.expect_file_chooser() as chooser:
        page.locator("#import-file").focus()
        page.keyboard.press("Enter")
    chooser.value.set_files({"name": "schwab.csv", "mimeType": "text/csv", "buffer": SCHWAB.encode()})
    expect(page.get_by_role("button", name="Book 2 trades")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#import-report")).to_contain_text("2 trades added")
    expect(page.locator("#import-report")).to_be_focused()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "import-undo":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#import-report")).to_contain_text("Undone")
    page.keyboard.press("Escape")
    expect(page.locator("#import")).to_be_hidden()
    assert trades(ledger) == []


def test_nothing_scrolls_sideways_on_a_telephone_and_axe_finds_nothing(page: Page, axe: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    review = drop(page, "unknown.csv", AMBIGUOUS)
    for part in review.locator("summary").all():
        if not part.evaluate("one => one.parentElement.open"):
            part.click()
    assert not page.evaluate(SIDEWAYS)
    assert axe(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not page.evaluate(SIDEWAYS)
    page.get_by_role("button", name="Discard").click()
    page.set_viewport_size({"width": 360, "height": 800})
    drop(page, "schwab.csv", SCHWAB)
    press_book(page, "Book 2 trades")
    assert not page.evaluate(SIDEWAYS)
    page.get_by_role("button", name="Earlier imports").click()
    expect(page.locator("#import-list li")).to_have_count(1)
    assert not page.evaluate(SIDEWAYS)
    assert axe(page) == []


def test_what_is_no_table_is_said(page: Page, guards: Guards, ledger: str) -> None:
    guards.expect("400")
    page.evaluate(DROP, ["photo.csv", "\x89PNG\r\n\x1a\n" + "\0" * 100])
    expect(page.locator("#import-report")).to_contain_text("photo.csv: ")
    expect(page.locator("#import-report .error")).to_be_visible()
    expect(page.locator("#import-choose")).to_be_visible()
    assert trades(ledger) == []


def test_the_files_of_hostile_people_are_text(page: Page) -> None:
    page.evaluate(ARM)
    markup = '<img src=x onerror="boom()">'
    text = SCHWAB.replace("Cash Dividend", markup.replace('"', "'")).replace("ACME CORP", markup.replace('"', "'"))
    review = drop(page, f"{markup}.csv", text)
    expect(review.locator("img")).to_have_count(0)
    expect_unhurt(page)


def test_the_valid_rows_alone_are_booked_for_who_wants_it(page: Page, ledger: str, guards: Guards) -> None:
    guards.expect("400")
    page.evaluate(DROP, ["bad.csv", CSV + "AAPL,1,0,hold,2025-06-06T20:00:00Z\n"])
    expect(page.locator("#import-report")).to_contain_text("Nothing was booked")
    assert trades(ledger) == []
    page.get_by_role("button", name=re.compile("valid rows")).click()
    expect(page.locator("#import-report")).to_contain_text("2 trades added, 1 wrong row")
    assert len(trades(ledger)) == 2


def test_a_file_that_was_booked_before_is_booked_again_for_who_wants_it(page: Page, ledger: str) -> None:
    page.evaluate(DROP, ["trades.csv", CSV])
    expect(page.locator("#import-report")).to_contain_text("2 trades added")
    page.evaluate(DROP, ["trades.csv", CSV])
    expect(page.locator("#import-report")).to_contain_text("This file was imported before")
    expect(page.locator("#import-counts")).to_have_text("0 trades, 2 duplicates.")
    page.get_by_role("button", name="Import it again").click()
    expect(page.locator("#import-report")).to_contain_text("2 trades added")
    assert len(trades(ledger)) == 4


def test_trades_that_were_deleted_since_are_told_and_booked_for_who_wants_it(page: Page, ledger: str) -> None:
    page.evaluate(DROP, ["trades.csv", CSV])
    expect(page.locator("#import-report")).to_contain_text("2 trades added")
    call(f"{ledger}/trades/{trades(ledger)[0]['id']}/", method="DELETE")
    page.evaluate(DROP, ["trades.csv", CSV])
    expect(page.locator("#import-report")).to_contain_text("1 trade of it was deleted since")
    page.get_by_role("button", name="Book what was deleted").click()
    expect(page.locator("#import-report")).to_contain_text("1 trade added")
    assert len(trades(ledger)) == 2


def test_rows_that_are_known_are_told_before_and_left_out(page: Page, ledger: str) -> None:
    drop(page, "schwab.csv", SCHWAB)
    press_book(page, "Book 2 trades")
    grown = SCHWAB + '"03/11/2025","Buy","ZZZ","ZZZ INC","1","$5.00","","-$5.00"\n'
    review = drop(page, "grown.csv", grown)
    expect(review.locator("#import-counts")).to_have_text("1 trade, 2 rows in the ledger already, 1 row left out.")
    press_book(page, "Book 1 trade")
    assert len(trades(ledger)) == 3


def test_an_undo_leaves_alone_what_was_edited_and_names_it(page: Page, ledger: str) -> None:
    drop(page, "schwab.csv", SCHWAB)
    press_book(page, "Book 2 trades")
    edited = trades(ledger)[0]["id"]
    call(f"{ledger}/trades/{edited}/", {"note": "checked"}, "PATCH")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#import-report")).to_contain_text(
        f"Undone: 1 trade removed. Left alone, changed since: 1 trade ({edited})."
    )
    assert [one["id"] for one in trades(ledger)] == [edited]
