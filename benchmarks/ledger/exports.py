"""A million trades by one GET, to `COPY … TO STDOUT` of the same; and whether memory grows with their number."""

import socket
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from ledger.book import TABLE, Book
from ledger.programs import Program, gunicorn
from report import Row, in_turn
from trades.selection import OWN_FIELDS

MOST = 1_000_000
ROUNDS = 5
FLAT = 1.1
TIMEOUT = 60  # seconds without a byte


class Sink:
    """A file that counts lines and keeps nothing."""

    lines = 0

    def write(self, data: bytes) -> None:
        self.lines += data.count(b"\n")


def rows(books: Sequence[Book]) -> list[Row]:
    count, cursor = min(MOST, books[-1].rows), books[-1].connect().cursor()
    end, tenth = instant(cursor, count), instant(cursor, count // 10)
    with gunicorn(1) as program:
        export(program, tenth, count // 10)
        little = program.peak()
        exported, copied = in_turn(
            lambda: export(program, end, count), lambda: copy_out(cursor, end, count), rounds=ROUNDS
        )
        peak = program.peak()
    return [
        Row(
            f"export of {count:,} trades, to the rate of COPY TO STDOUT",
            f"{count / exported:,.0f}/s; {count / copied:,.0f}/s",
            copied / exported,
            0.4,
        ),
        Row(
            "memory of the web process by then, to that after a tenth",
            f"{peak:.0f} MB; {little:.0f} MB",
            peak / little,
            FLAT,
            at_most=True,
        ),
    ]


def instant(cursor: Any, count: int) -> str:
    """The timestamp up to which there are so many trades."""
    cursor.execute(f"SELECT timestamp FROM {TABLE} ORDER BY timestamp, id OFFSET %s LIMIT 1", [count - 1])
    [(timestamp,)] = cursor.fetchall()
    return str(timestamp.isoformat())


def export(program: Program, end: str, count: int) -> float:
    """Seconds from the question to the last byte of a whole answer."""
    query = urlencode({"format": "csv", "end_date": end})
    lines, last, begun = 0, b"", time.perf_counter()
    with socket.create_connection(("127.0.0.1", program.port), timeout=TIMEOUT) as connection:
        head = f"GET /api/trades/export/?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        while data := connection.recv(1 << 18):
            lines, last = lines + data.count(b"\n"), (last + data)[-5:]
    elapsed = time.perf_counter() - begun
    assert lines > count, (lines, last)  # those of the chunks are among them
    assert last == b"0\r\n\r\n", last
    return elapsed


def copy_out(cursor: Any, end: str, count: int) -> float:
    columns = ", ".join("'main' AS account" if name == "account" else name for name in OWN_FIELDS)
    sql = f"COPY (SELECT {columns} FROM {TABLE} WHERE account_id = 1 AND timestamp <= %s ORDER BY timestamp, id)"
    begun, sink = time.perf_counter(), Sink()
    cursor.copy_expert(f"{cursor.mogrify(sql, [end]).decode()} TO STDOUT WITH (FORMAT csv, HEADER)", sink)
    assert sink.lines == count + 1, sink.lines
    return time.perf_counter() - begun
