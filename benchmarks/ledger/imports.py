"""A million trades by one POST, to a plain COPY of the same bytes into the same table; and the memory that it takes."""

import json
import time
from collections.abc import Sequence
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from django.conf import settings

from ledger.book import COLUMNS as MADE
from ledger.book import END, TABLE, TRADES, Book, arithmetic, checkpoint
from ledger.programs import Program, gunicorn
from report import Row, in_turn

MOST = 1_000_000
MEMORY = 150  # MB
ROUNDS = 3
BLOCK = 1 << 20
COLUMNS = "ticker, price, quantity, side, timestamp, fee, external_id, note"
AS_WRITTEN = COLUMNS.replace(
    "timestamp", """to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS timestamp"""
)
USD = "SET DEFAULT 'USD'"
CURRENCIES = "ALTER currency {0}, ALTER fee_currency {0}"  # which no column of the file has
COPY = f"COPY {TABLE} ({COLUMNS}) FROM STDIN WITH (FORMAT csv, HEADER, FORCE_NOT_NULL (note))"


def rows(books: Sequence[Book]) -> list[Row]:
    book, count = books[-1], min(MOST, books[-1].rows)
    cursor, path = book.connect().cursor(), Path(settings.DATA_DIR) / "trades.csv"
    write(cursor, path, count)
    with gunicorn(1) as program:
        posted, copied = in_turn(
            lambda: measured(cursor, lambda: upload(program, path, count)),
            lambda: measured(cursor, lambda: copy_in(cursor, path)),
            rounds=ROUNDS,
        )
        peak = program.peak()
    return [
        Row(
            f"bulk import of {count:,} trades, to the rate of plain COPY without triggers",
            f"{count / posted:,.0f}/s; {count / copied:,.0f}/s",
            copied / posted,
            0.5,
        ),
        Row(f"memory of the web process by then, to {MEMORY} MB", f"{peak:.0f} MB", peak / MEMORY, 1, at_most=True),
    ]


def write(cursor: Any, path: Path, count: int) -> None:
    """New trades as CSV, later than all others; half of them with an external_id."""
    made = cursor.mogrify(TRADES, arithmetic(END, END + timedelta(days=90), count, "new-")).decode()
    with path.open("wb") as file:
        cursor.copy_expert(
            f"COPY (SELECT {AS_WRITTEN} FROM ({made}) AS made ({MADE})) TO STDOUT WITH (FORMAT csv, HEADER)", file
        )


def measured(cursor: Any, load: Any) -> float:
    """Seconds that it takes, before and after which the table is as it was."""
    cursor.execute(f"SELECT max(id) FROM {TABLE}")
    last = cursor.fetchone()
    checkpoint()
    begun = time.perf_counter()
    load()
    elapsed = time.perf_counter() - begun
    cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")  # history is not for us
    cursor.execute(f"DELETE FROM {TABLE} WHERE id > %s", last)
    cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")
    cursor.execute(f"VACUUM {TABLE}")
    return elapsed


def upload(program: Program, path: Path, count: int) -> None:
    connection = HTTPConnection("127.0.0.1", program.port, timeout=600, blocksize=BLOCK)
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(path.stat().st_size)}
    with path.open("rb") as file:
        connection.request("POST", "/api/trades/bulk/?again=true", file, headers)
        response = connection.getresponse()
        answer = json.load(response)
    connection.close()
    assert (answer.get("created"), answer.get("failed")) == (count, 0), (response.status, answer)


def copy_in(cursor: Any, path: Path) -> None:
    cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER, {CURRENCIES.format(USD)}")
    with path.open("rb") as file:
        cursor.copy_expert(COPY, file, size=BLOCK)
    cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER, {CURRENCIES.format('DROP DEFAULT')}")
