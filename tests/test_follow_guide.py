"""The snippets of docs/how-to/follow-the-ledger.md make of a file what `following.lines` makes of it."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from following.lines import copy_of, line

from .running import ROOT

PAGE = (ROOT / "docs/how-to/follow-the-ledger.md").read_text()


def snippet(language: str) -> str:
    [code] = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return str(code)


def change(kind: str, id_: int, price: str = "1") -> dict[str, Any]:
    trade = {"id": id_, "ticker": "NULL", "price": price, "external_id": "007", "note": '{"cursor":"2025-06-06"'}
    return {"change": kind, "at": "2025-06-06T20:00:00Z", "trade": trade}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a beginning that counts no more, and a page that is being written."""
    monkeypatch.chdir(tmp_path)
    said = [
        {"begin": "https://ledger/"}, change("insert", 1), change("insert", 9), {"cursor": "a", "more": False},
        {"begin": "https://ledger/"}, change("insert", 1), change("insert", 2, "0.000000000000000001"),
        change("insert", 3), {"cursor": "b", "more": True},
        change("update", 1, "12345678901234567890.10"), change("delete", 3), change("insert", 4), change("delete", 4),
        change("restore", 4, "4"), {"cursor": "c", "more": False}, change("delete", 1),
    ]  # fmt: skip
    (path := tmp_path / "trades.ndjson").write_bytes(b"".join(map(line, said)) + b'{"change":"ins')
    return path


@pytest.fixture
def copy(file: Path) -> dict[int, dict[str, Any]]:
    copy = copy_of(file.read_bytes().splitlines(keepends=True))
    assert {id_: trade["price"] for id_, trade in copy.items()} == {
        1: "12345678901234567890.10", 2: "0.000000000000000001", 4: "4",
    }  # fmt: skip
    return copy


def test_python(copy: dict[int, dict[str, Any]]) -> None:
    exec(snippet("python"), made := {})
    assert made["trades"] == copy


def test_duckdb(copy: dict[int, dict[str, Any]]) -> None:
    duckdb = pytest.importorskip("duckdb", reason="without requirements-readers.txt")
    rows = duckdb.sql(snippet("sql")).fetchall()
    assert rows == [(trade["id"], trade["ticker"], Decimal(trade["price"])) for _, trade in sorted(copy.items())]
