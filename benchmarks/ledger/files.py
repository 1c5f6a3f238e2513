"""Files of brokers by one POST: a million rows by a profile, to the same rows by the serializer; and a workbook."""

import csv
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from xlsxwriter import Workbook

from ledger.book import END, Book
from ledger.imports import MEMORY, measured, upload
from ledger.programs import gunicorn
from report import Row

MOST, SLOW, SHEET = 1_000_000, 20_000, 200_000  # rows: by a profile, by the serializer, of a workbook
WANTED = 40_000  # rows a second by a profile
TICKERS = ("AAPL", "MSFT", "SAP", "VUSA", "TSLA")
HEADER = (
    "Action", "Time", "ISIN", "Ticker", "Name", "No. of shares", "Price / share", "Currency (Price / share)",
    "Exchange rate", "Total", "Currency (Total)", "ID", "Currency conversion fee", "Currency (Currency conversion fee)",
)  # fmt: skip
OWN = ("ticker", "price", "quantity", "side", "timestamp", "fee", "external_id", "currency", "fee_currency")


def rows(books: Sequence[Book]) -> list[Row]:
    book = books[-1]
    cursor, count = book.connect().cursor(), min(MOST, book.rows)
    by_profile, by_serializer, sheet = (
        Path(settings.DATA_DIR) / name for name in ("profile.csv", "slow.csv", "x.xlsx")
    )
    write(by_profile, HEADER, of_broker(count))
    write(by_serializer, OWN, irregular(SLOW))
    write_sheet(sheet, of_broker(SHEET))
    found = []
    for path, size in ((by_profile, count), (by_serializer, SLOW), (sheet, SHEET)):
        with gunicorn(1) as program:
            taken = measured(cursor, lambda path=path, size=size: upload(program, path, size))
            found.append((size / taken, program.peak()))
    (fast, memory), (slow, _), (cells, of_sheet) = found
    return [
        Row(f"a profile's CSV of {count:,} rows, to {WANTED:,} rows/s", f"{fast:,.0f}/s", fast / WANTED, 1),
        Row("the same, to rows that the serializer reads", f"{fast:,.0f}/s; {slow:,.0f}/s", fast / slow),
        Row(f"memory of the web process by then, to {MEMORY} MB", f"{memory:.0f} MB", memory / MEMORY, 1, at_most=True),
        Row(
            f"memory for a workbook of {SHEET:,} rows, to {MEMORY} MB", f"{of_sheet:.0f} MB, {cells:,.0f} rows/s",
            of_sheet / MEMORY, 1, at_most=True,
        ),
    ]  # fmt: skip


def of_broker(count: int) -> Iterator[tuple[str, ...]]:
    """Rows of a layout that ships, later than all other trades."""
    begun = END.timestamp()
    for number in range(count):
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(begun + number * 7))
        quantity, price = f"{number % 97 + 1}.{number % 10_000:010}", f"{number % 9_000 / 100 + 1:.2f}"
        yield (
            "Market buy" if number % 3 else "Limit sell", f"{when}.{number % 1000:03}", "US0378331005",
            TICKERS[number % 5], "A name", quantity, price, "USD", "1.08", "1.00", "EUR", f"EOF{number}",
            "0.15" if number % 2 else "", "EUR" if number % 2 else "",
        )  # fmt: skip


def irregular(count: int) -> Iterator[tuple[str, ...]]:
    """The same trades with the ledger's own columns; a space behind each side makes the serializer read it."""
    for row in of_broker(count):
        action, when, _, ticker, _, quantity, price, currency, *_, id_, fee, fee_currency = row
        side = f"{action.rpartition(' ')[2]} "
        yield ticker, price, quantity, side, f"{when}Z", fee or "0", f"s-{id_}", currency, fee_currency or currency


def write(path: Path, header: Sequence[str], lines: Iterator[Sequence[str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(lines)


def write_sheet(path: Path, lines: Iterator[Sequence[str]]) -> None:
    """With numbers as numbers."""
    numbers = {HEADER.index(name) for name in ("No. of shares", "Price / share", "Currency conversion fee")}
    book = Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for line, cells in enumerate(lines, 1):
        for place, cell in enumerate(cells):
            if cell:
                sheet.write(line, place, float(cell) if place in numbers else cell)
    book.close()
