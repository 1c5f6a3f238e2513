"""What a choice in the form does to the mapping of a file: that alone, and the rest stays as it is."""

from typing import Any

import pytest
from playwright.sync_api import Page

from .desk import Scripted

CHANGED = """async ([mapping, name, value]) => {
    const {changed} = await import('/static/dashboard/book/import/mapping.js');
    return changed(mapping, {name, value}) ?? null;
}"""
SHOWN = """async ([mapping, names]) => {
    const {mappingFields} = await import('/static/dashboard/book/import/mapping.js');
    const form = document.createElement('form');
    form.append(...mappingFields(mapping, names.map(name => ({name, sample: []}))));
    const chosen = [...form.elements].filter(one => one.name.startsWith('columns.') && one.value);
    return [Object.fromEntries(chosen.map(one => [one.name.slice(8), one.selectedOptions[0].text])), form.querySelector(':scope > p')?.textContent];
}"""
KEPT = """async ([mapping, answers]) => {
    const {withAnswers} = await import('/static/dashboard/book/import/mapping.js');
    return withAnswers(mapping, answers);
}"""
MAPPING: dict[str, Any] = {
    "title": "A broker",
    "columns": {"ticker": ["Coin", "symbol "], "price": "Rate", "fee": {"column": "Costs", "cost": "negative"}},
    "side": {"buy": ["B"], "sell": ["S"]},
}


@pytest.fixture
def page(scripted: Scripted) -> Page:
    return scripted.open()


@pytest.mark.parametrize(
    ("name", "value", "after"),
    [
        ("columns.price", "Price", {"columns": MAPPING["columns"] | {"price": "Price"}}),
        ("columns.price", "÷Total", {"columns": MAPPING["columns"] | {"price": {"divide": "Total"}}}),
        ("columns.fee", "Tax", {"columns": MAPPING["columns"] | {"fee": {"column": "Tax", "cost": "negative"}}}),
        ("columns.fee", "", {"columns": {"ticker": ["Coin", "symbol "], "price": "Rate"}}),
        ("columns.side", "±amount", {"side": {"buy": ["B"], "sell": ["S"], "by": "amount"}}),
        ("words.B", "words", {"side": {"buy": [], "sell": ["S"], "trades": []}, "left_out": {"words": ["B"]}}),
        ("words.S", "buy", {"side": {"buy": ["B", "S"], "sell": [], "trades": []}, "left_out": {"words": []}}),
        ("mapping.dates", "DMY", {"dates": "DMY"}),
        ("mapping.dates", "", {}),
        ("mapping.symbols", " US1 = AAPL\n\nEUR=EURUSD=X\nUS2", {"symbols": {"US1": "AAPL", "EUR": "EURUSD=X", "US2": ""}}),
        ("mapping.cost", "unsigned", {"columns": MAPPING["columns"] | {"fee": {"column": "Costs", "cost": "unsigned"}}}),
    ],
)  # fmt: skip
def test_a_choice_changes_what_it_is_of(page: Page, name: str, value: str, after: dict[str, Any]) -> None:
    assert page.evaluate(CHANGED, [MAPPING, name, value]) == MAPPING | after


def test_a_side_by_its_sign_ends_when_a_column_is_chosen(page: Page) -> None:
    by_sign = MAPPING | {"side": {"by": "quantity"}}
    found = page.evaluate(CHANGED, [by_sign, "columns.side", "Action"])
    assert (found["side"], found["columns"]["side"]) == ({}, "Action")


def test_what_is_no_part_of_the_mapping_changes_nothing_of_it(page: Page) -> None:
    for name in ("zone", "word:B", "keep_as"):
        assert page.evaluate(CHANGED, [MAPPING, name, "x"]) is None


def test_each_field_shows_its_column_and_what_is_not_used_is_said(page: Page) -> None:
    shown, unused = page.evaluate(SHOWN, [MAPPING, ["Symbol", "RATE", "Costs", "Price"]])
    assert shown == {"ticker": "Symbol", "price": "RATE", "fee": "Costs"}
    assert unused == "Not used: Price"


def test_a_rule_of_more_than_a_column_is_kept_and_said_in_words(page: Page) -> None:
    rules = {
        "currency": {"value": "USD"}, "fee": {"sum": ["A", "B"]}, "price": {"divide": "Total"},
        "timestamp": {"column": "When", "pattern": "(.*) .*"},
    }  # fmt: skip
    shown, _ = page.evaluate(SHOWN, [{"columns": rules}, ["A", "B", "Total", "When"]])
    assert shown == {"currency": "always USD", "fee": "A + B", "price": "Total ÷ quantity", "timestamp": "from When"}


def test_a_mapping_is_kept_with_the_answers_that_hold_for_every_file(page: Page) -> None:
    answers = {
        "zone": "Europe/Berlin",
        "dates": "DMY",
        "currency": "EUR",
        "word:Split": "leave out",
        "word:Kauf": "buy",
    }
    found = page.evaluate(KEPT, [MAPPING, answers])
    assert found == MAPPING | {
        "zone": "Europe/Berlin",
        "dates": "DMY",
        "side": {"buy": ["B", "Kauf"], "sell": ["S"], "trades": []},
        "left_out": {"words": ["Split"]},
    }
