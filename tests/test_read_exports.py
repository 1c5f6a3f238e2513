"""The snippets of docs/how-to/read-exports.md keep what is in an export, and what they write comes back in."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from rest.tables import unmarked_text
from trades.models import Trade
from trades.selection import OWN_FIELDS
from trades.tests.exports import MEDIA_TYPES, export
from trades.tests.odd_rows import AWKWARD

from .running import ROOT

TOOLS = ("pandas", "polars", "duckdb", "chdb")
missing = [name for name in TOOLS if not find_spec(name)]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(missing), reason=f"without {', '.join(missing)}: requirements-readers.txt"),
]
PAGE = (ROOT / "docs/how-to/read-exports.md").read_text()
ROWS = {  # the rows of what a snippet calls `trades`, as dictionaries
    "pandas": "trades.to_dict('records')",
    "polars": "trades.to_dicts()",
    "DuckDB": "[dict(zip(trades.columns, row)) for row in trades.fetchall()]",
    "ClickHouse": "trades.to_pylist()",
    "Excel": "trades",
}
TELL = """
import datetime, json
with open("told.json", "w") as file:
    json.dump({rows}, file, default=lambda value: value.isoformat() if isinstance(value, datetime.datetime) else str(value))
"""
IMPORT = "/api/trades/bulk/"
MOST = Decimal("99999999999999999999.999999999999999999")
FIRST = datetime(2025, 6, 6, 20, tzinfo=UTC)
TICKERS = ("NA", "NULL", "=A", "TRUE", "INF", "007", "SPY   250620C00450000")
IDS = ("007", "1e5", "00012345678901234567890", "nan", "'=1", "\\N", None)
AMOUNTS = ("170.25", "0.10", "0.000000000000000001", str(MOST), "1234567890.1234567")
STEPS = (timedelta(0), timedelta(milliseconds=500), timedelta(microseconds=123456))
Row = dict[str, Any]


def snippet(heading: str) -> str:
    """The Python below a heading of the page."""
    [code] = re.findall(rf"^## {heading}\n.*?^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return str(code)


@pytest.fixture
def book() -> list[Row]:
    """Trades with all that readers have trouble with."""
    odd = [
        Trade(
            ticker=TICKERS[number % len(TICKERS)],
            price=AMOUNTS[number % len(AMOUNTS)],
            quantity=AMOUNTS[number % 3],
            side=("buy", "sell")[number % 2],
            timestamp=FIRST + timedelta(days=number // 3) + STEPS[number % len(STEPS)],
            fee="-0.35",
            external_id=IDS[number] if number < len(IDS) else None,
            note=note,
        )
        for number, note in enumerate(AWKWARD)
    ]
    Trade.objects.bulk_create(
        [*odd, Trade(ticker="A", price=1, quantity=1, side="buy", timestamp=FIRST.replace(year=1))]
    )
    return stored()


def stored() -> list[Row]:
    trades = Trade.objects.order_by("timestamp", "id").select_related("account")
    names = [name for name in OWN_FIELDS if name != "account"]
    return [{name: getattr(trade, name) for name in names} | {"account": trade.account.name} for trade in trades]


@pytest.fixture
def folder(api: APIClient, book: list[Row], tmp_path: Path) -> Path:
    """Where its exports are."""
    for format_ in ("csv", "ndjson", "xlsx"):
        (tmp_path / f"trades.{format_}").write_bytes(export(api, format=format_))
    return tmp_path


def run(code: str, folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def told(row: Row, marked: bool) -> Row:
    """A row as the ledger's own values; texts of CSV may have an apostrophe in front."""
    at = datetime.fromisoformat(row["timestamp"])
    amounts = {name: Decimal(row[name]) for name in ("price", "quantity", "fee")}
    texts = {name: row[name] or "" for name in OWN_FIELDS}
    texts = {name: unmarked_text(text) if marked else text for name, text in texts.items()}
    return texts | amounts | {"timestamp": at if at.tzinfo else at.replace(tzinfo=UTC)}


def unescaped(text: str) -> str:
    """As Excel reads _xHHHH_, which openpyxl leaves as it is."""
    return re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), text)


@pytest.mark.parametrize("tool", ROWS)
def test_a_snippet_keeps_every_digit_id_and_ticker_and_what_it_writes_comes_back_in(
    tool: str, api: APIClient, folder: Path, book: list[Row]
) -> None:
    run(snippet(tool) + TELL.replace("{rows}", ROWS[tool]), folder)
    rows = json.loads((folder / "told.json").read_text())
    found = [told(row, marked=tool in ("pandas", "polars", "DuckDB")) for row in rows]
    if tool == "Excel":
        found = [row | {"note": unescaped(row["note"])} for row in found]
    assert found == [trade | {"external_id": trade["external_id"] or ""} for trade in book]
    for file in folder.glob("back.*"):
        Trade.objects.all().delete()
        answer = api.generic("POST", IMPORT, file.read_bytes(), content_type=MEDIA_TYPES[file.suffix[1:]])
        assert (answer.json()["created"], answer.json()["errors"]) == (len(book), [])
        assert stored() == book


def test_every_snippet_but_that_of_excel_writes_a_file() -> None:
    assert [tool for tool in ROWS if '"back.' not in snippet(tool)] == ["Excel"]


DEFAULTS = {
    "pandas": "import pandas; row = pandas.read_csv('trades.csv').iloc[0].to_dict()",
    "polars": "import polars; row = polars.read_csv('trades.csv').to_dicts()[0]",
    "DuckDB": "import duckdb; row = duckdb.sql(\"SELECT * FROM 'trades.csv'\").fetchdf().iloc[0].to_dict()",
    "ClickHouse": "import chdb, json; row = json.loads(str(chdb.query(\"SELECT * FROM file('trades.csv')\", 'JSONEachRow')))",
}


@pytest.mark.parametrize("tool", DEFAULTS)
def test_the_defaults_lose_what_the_page_says(tool: str, api: APIClient, tmp_path: Path) -> None:
    fill = {"ticker": "NA", "price": "1234567890.123456789", "quantity": 1, "side": "buy", "external_id": "007"}
    assert api.post("/api/trades/", fill).status_code == 201
    (tmp_path / "trades.csv").write_bytes(export(api, format="csv"))
    [last] = re.findall(rf"^\| {tool} [\d.]+ \|.*\| (.*) \|$", PAGE, re.MULTILINE)
    ticker = "row['ticker'] == 'NA'" if last == "`NA`" else "row['ticker'] != row['ticker']"
    lost = "isinstance(row['price'], float) and int(row['external_id']) == 7"
    run(f"{DEFAULTS[tool]}\nassert {lost} and {ticker}, row", tmp_path)
