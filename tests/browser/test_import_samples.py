"""Files of every form that is read, as brokers give them, through the page into the ledger."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ..running import ROOT, call
from .desk import Scripted
from .test_import_review import answer

SAMPLES = ROOT / "trading_system/trades/files/tests/samples"
FORMS = [
    "schwab.csv", "swissquote.csv", "parqet.csv", "saxo.xlsx", "etoro.xlsx", "ofx.qfx", "ibkr-flex-xml.xml",
    "metatrader-5.html", "ledger.txt",
]  # fmt: skip


@pytest.fixture
def page(scripted: Scripted) -> Page:
    page = scripted.open()
    expect(page.locator("#book-empty")).to_be_visible()
    return page


def essence(trade: dict[str, Any]) -> list[Any]:
    amounts = [Decimal(trade.get(name) or 0) for name in ("quantity", "price", "fee")]
    return [
        datetime.fromisoformat(trade["timestamp"]),
        trade["ticker"].upper(),
        trade["side"],
        *amounts,
        trade["currency"],
    ]


@pytest.mark.parametrize("name", FORMS)
def test_a_brokers_file_is_booked_as_a_careful_person_would(page: Page, ledger: str, name: str) -> None:
    file = SAMPLES / name
    answers = file.with_suffix(".answers.json")
    page.keyboard.press("i")
    page.locator("#import-file").set_input_files(file)
    review = page.locator("#import-review")
    expect(review).to_be_visible()
    answer(review, **(json.loads(answers.read_text()) if answers.exists() else {}))
    expect(review.locator(".preview tbody tr").first).to_be_visible()
    page.locator("#import-book").click()
    expect(page.locator("#import-report")).to_contain_text("added")
    booked = call(f"{ledger}/trades/?page_size=100")[1]["results"]
    assert sorted(map(essence, booked)) == sorted(map(essence, expected(file)))


def expected(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.with_suffix(".expected.ndjson").read_text().splitlines()]
