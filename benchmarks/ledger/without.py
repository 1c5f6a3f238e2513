"""A book whose table of trades is as it was before there were rollups and changes."""

from typing import Any

from django.core.management import call_command

from ledger import before
from ledger.book import TABLE, Book, fill

NAME = "book_without"
NEW_TRIGGERS = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND NOT tgname ~ %s"
NEW_INDEXES = "SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexname <> ALL(%s)"
NEW_COLUMNS = """SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL(%s)"""


def made(count: int) -> Book:
    """The same trades, with the columns, indexes and triggers of before, and no others: they can be added alone."""
    book = Book(count, NAME)
    Book(0, "postgres").connect().cursor().execute(f"CREATE DATABASE {NAME}")
    book.use()
    call_command("migrate", verbosity=0)
    strip(book.connect().cursor())
    fill(book)
    return book


def strip(cursor: Any) -> None:
    for name in found(cursor, NEW_TRIGGERS, f"^pgtrigger_({'|'.join(before.TRIGGERS)})_[0-9a-f]+$"):
        cursor.execute(f'DROP TRIGGER "{name}" ON {TABLE}')
    for name in found(cursor, NEW_INDEXES, list(before.INDEXES)):
        cursor.execute(f'DROP INDEX "{name}"')
    for name in found(cursor, NEW_COLUMNS, list(before.COLUMNS)):
        cursor.execute(f'ALTER TABLE {TABLE} DROP COLUMN "{name}" CASCADE')


def found(cursor: Any, sql: str, known: Any) -> list[str]:
    """Names of what the table has beside what is known."""
    cursor.execute(sql, [TABLE, known])
    return [name for (name,) in cursor.fetchall()]
