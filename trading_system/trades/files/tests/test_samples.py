"""Each profile reads a file in its layout as a careful person would."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from trades.files.answers import Answers, Wishes
from trades.files.asking import questions
from trades.files.catalogue import shipped
from trades.files.rows import Wrong
from trades.files.statement import Statement
from trades.selection import OWN_FIELDS

SAMPLES = Path(__file__).with_name("samples")
EXPECTED = sorted(SAMPLES.glob("*.expected.ndjson"))
AMOUNTS = ("price", "quantity", "fee")


def comparable(trade: dict[str, Any]) -> dict[str, Any]:
    """By value: a fee of nothing is in the currency of the price."""
    fee = Decimal(trade.get("fee") or 0)
    return {
        **{name: trade[name] for name in ("side", "currency", "line")},
        **{name: Decimal(trade.get(name) or 0) for name in AMOUNTS},
        "ticker": trade["ticker"].upper(),
        "timestamp": datetime.fromisoformat(trade["timestamp"]),
        "fee_currency": trade.get("fee_currency") or trade["currency"] if fee else "",
        "external_id": trade.get("external_id") or "",
    }


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.name.partition(".")[0])
def test_a_sample_gives_the_trades_that_are_in_it_and_tells_what_is_left_out(expected: Path) -> None:
    name = expected.name.partition(".")[0]
    with source_of(expected).open("rb") as file:
        statement = Statement(file, shipped(), answered(name))
        assert statement.name, f"no profile, or several: {statement.place}"
        assert open_questions(statement) == set()
        rows = list(statement.conversion.rows())
    assert [row for row in rows if isinstance(row[1], Wrong)] == []
    trades = [{**dict(zip(OWN_FIELDS, texts, strict=True)), "line": line} for line, texts in rows]  # type: ignore[arg-type]
    found = [comparable(trade) for trade in trades]
    lines = [json.loads(line) for line in expected.read_text("utf-8").splitlines()]
    by_line = lambda trade: (trade["line"], trade["timestamp"], trade["side"])  # noqa: E731
    assert sorted(found, key=by_line) == sorted(map(comparable, lines), key=by_line)
    left_out = json.loads((SAMPLES / f"{name}.left_out.json").read_text("utf-8"))
    assert {left["kind"]: left["rows"] for left in statement.conversion.left_out} == left_out


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.name.partition(".")[0])
def test_what_a_sample_does_not_say_itself_is_asked(expected: Path) -> None:
    given = answered(expected.name.partition(".")[0]).answers
    with source_of(expected).open("rb") as file:
        asked = open_questions(Statement(file, shipped()))
    assert asked == {name for name in given.__struct_fields__ if getattr(given, name)}


def test_each_profile_has_a_sample() -> None:
    assert set(shipped()) - {profile_of(expected) for expected in EXPECTED} == set()


def open_questions(statement: Statement) -> set[str]:
    return {question.name for question in questions(statement) if question.is_open(statement.wishes)}


def answered(name: str) -> Wishes:
    """What a person answers, in NAME.answers.json; of most samples nothing is asked."""
    file = SAMPLES / f"{name}.answers.json"
    return Wishes(answers=Answers(**json.loads(file.read_text("utf-8")))) if file.exists() else Wishes()


def profile_of(expected: Path) -> str:
    with source_of(expected).open("rb") as file:
        return Statement(file, shipped()).name


def source_of(expected: Path) -> Path:
    name = expected.name.partition(".")[0]
    [source] = [path for path in SAMPLES.glob(f"{name}.*") if path.suffix not in {".ndjson", ".json"}]
    return source
