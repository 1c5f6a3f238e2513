"""Numbers as people paste them into the form of a trade: understood, asked for, or refused beside their field."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Locator, Page, expect

from .desk import Scripted
from .test_book import ROWS, trades

READ = """async ([texts, language]) => {
    const {readNumber, styleOf} = await import('/static/dashboard/lib/number.js');
    return texts.map(text => readNumber(text, styleOf(language)));
}"""
SAME_EVERYWHERE = {
    " 170.25 ": "170.25", "$170.25": "170.25", "-$1.50": "-1.50", "−1.5": "-1.5", "170.25 €": "170.25", "+2": "2",
    "1 000,50": "1000.50", "1'000.50": "1000.50", "1’000": "1000", "1\u202f234,5": "1234.5", "1,234,567": "1234567",
    "1.234.567": "1234567", "1,234.50": "1234.50", "1.234,50": "1234.50", "12,34,567.8": "1234567.8", "0.123": "0.123",
    ".5": "0.5", "5.": "5", "1234.567": "1234.567", "0": "0",
}  # fmt: skip
NO_NUMBERS = ["1e3", "1E-3", "0x10", "1_000", "1.2.3", "1,2,3", "1 2", "$5€", "(5)", "12 AAPL", "5-", "1,23,4", "٣"]


@pytest.fixture
def read(scripted: Scripted) -> Callable[[list[str], str], list[dict[str, Any]]]:
    page = scripted.open()
    return lambda texts, language: list(page.evaluate(READ, [texts, language]))


@pytest.fixture
def form(scripted: Scripted) -> Locator:
    return opened(scripted, "en-GB")


def opened(scripted: Scripted, locale: str) -> Locator:
    page = scripted.open(locale=locale)
    expect(page.locator("#book-empty")).to_be_visible()
    page.keyboard.press("n")
    form = page.locator("#trade-form")
    for name, text in {"ticker": "SIE", "quantity": "1", "price": "1"}.items():
        form.locator(f"[name={name}]").fill(text)
    return form


def below(form: Locator, name: str) -> Locator:
    return form.locator(f"[data-reading={name}]")


def booked(form: Locator, ledger: str) -> dict[str, str]:
    form.page.keyboard.press("Enter")
    expect(form.page.locator(ROWS)).to_have_count(1)
    return trades(ledger)[0]


@pytest.mark.parametrize("language", ["en-GB", "de", "fr", "de-CH", "en-IN"])
def test_what_can_be_read_in_one_way_is_the_same_in_every_language(read: Any, language: str) -> None:
    found = read(list(SAME_EVERYWHERE), language)
    assert [one.get("value") for one in found] == list(SAME_EVERYWHERE.values())


def test_what_is_no_number_is_refused_in_every_language(read: Any) -> None:
    for language in ("en-GB", "de"):
        found = read(NO_NUMBERS, language)
        assert all("is no valid number" in one["error"] for one in found), found


@pytest.mark.parametrize(
    ("text", "language", "answer"),
    [
        ("1,000", "en-GB", {"value": "1000"}),
        ("1.234", "en-GB", {"value": "1.234"}),
        ("1,234", "de", {"choices": ["1234", "1.234"]}),
        ("1.234", "de", {"choices": ["1234", "1.234"]}),
        ("-1.234", "fr", {"choices": ["-1234", "-1.234"]}),
        ("170,25", "de", {"value": "170.25"}),
        ("170,25", "en-GB", {"choices": ["170.25"]}),
        ("170.25", "de", {"value": "170.25"}),
        ("0,125", "de", {"value": "0.125"}),
    ],
)
def test_the_language_settles_what_could_be_either_unless_the_page_writes_otherwise(
    read: Any, text: str, language: str, answer: dict[str, Any]
) -> None:
    assert read([text], language) == [answer]


def test_no_amount_becomes_another_however_it_is_grouped(scripted: Scripted) -> None:
    page = scripted.open()

    @settings(max_examples=60, deadline=None)
    @given(
        st.decimals(0, 10**12, places=2, allow_nan=False),
        st.sampled_from([("", "."), (",", "."), (".", ","), (" ", ","), ("'", ".")]),
    )
    def check(exact: Decimal, signs: tuple[str, str]) -> None:
        group, decimal = signs
        text = f"{exact:,f}".replace(",", "\0").replace(".", decimal).replace("\0", group)
        [found] = page.evaluate(READ, [[text], "de"])
        assert Decimal(found["value"]) == exact

    check()


def test_what_is_understood_stands_below_the_field_before_it_is_booked(form: Locator, ledger: str) -> None:
    form.locator("[name=quantity]").fill("1,000")
    form.locator("[name=price]").fill(" $1'234.50 ")
    expect(below(form, "quantity")).to_have_text("= 1000")
    expect(below(form, "price")).to_have_text("= 1234.50 in the currency of its field")
    expect(form.page.locator("#trade-value")).to_have_text("1,234,500.00 ")
    trade = booked(form, ledger)
    assert (trade["quantity"], trade["price"]) == ("1000", "1234.50")


def test_a_plain_number_needs_no_words(form: Locator) -> None:
    form.locator("[name=price]").fill("170.25")
    expect(below(form, "price")).to_be_empty()


def test_a_comma_is_decimal_where_the_language_says_so(scripted: Scripted, ledger: str) -> None:
    form = opened(scripted, "de-DE")
    form.locator("[name=price]").fill("170,25")
    expect(below(form, "price")).to_have_text("= 170.25")
    assert booked(form, ledger)["price"] == "170.25"


def test_what_could_be_either_is_asked_for_and_nothing_is_booked_before(scripted: Scripted, ledger: str) -> None:
    form = opened(scripted, "de-DE")
    quantity = form.locator("[name=quantity]")
    quantity.fill("1.234")
    quantity.press("Enter")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    expect(below(form, "quantity").get_by_role("button")).to_have_text(["1234", "1.234"])
    assert trades(ledger) == []
    expect(quantity).to_be_focused()
    form.page.keyboard.press("Tab")
    form.page.keyboard.press("Tab")
    form.page.keyboard.press("Enter")
    expect(quantity).to_have_value("1.234")
    expect(quantity).to_be_focused()
    expect(form.locator(".error")).to_have_count(0)
    assert booked(form, ledger)["quantity"] == "1.234"


def test_what_the_page_filled_in_is_not_asked_for(scripted: Scripted, ledger: str) -> None:
    page: Page = scripted.open(locale="de-DE")
    scripted.feed.tick("AAPL", "1.234")
    expect(page.locator("#prices-rows tr")).to_have_count(1)
    page.keyboard.press("n")
    form = page.locator("#trade-form")
    expect(form.locator("[name=price]")).to_have_value("1.234")
    form.locator("[name=quantity]").fill("1")
    assert booked(form, ledger)["price"] == "1.234"


def test_an_exponent_is_a_typo_and_is_refused_beside_its_field(form: Locator, ledger: str) -> None:
    price = form.locator("[name=price]")
    price.fill("1e3")
    price.press("Enter")
    expect(price).to_have_attribute("aria-invalid", "true")
    error = form.page.locator(f"#{price.get_attribute('aria-describedby')}")
    expect(error).to_have_text("1e3 is no valid number. Write it out, without an exponent.")
    expect(price).to_be_focused()
    assert trades(ledger) == []
    price.fill("1000")
    assert booked(form, ledger)["price"] == "1000"
