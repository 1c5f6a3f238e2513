"""What becomes of a file of trades."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rest import instants

from .staging import Errors

LISTED, LISTED_SKIPPED = 100, 10_000  # errors of a file that is refused for them, and of one that is not
WHAT_TO_DO = "restore them, or import it with again=true."
LONGEST_NAME = 100  # characters of an unknown field's name in an error


class Undone(Exception):
    """Nothing of the file is booked."""


@dataclass
class Report:
    """What became of a file: how many of its rows, and the first errors as `{"line", "field", "message"}`."""

    skip: bool  # the rows that are no trades, instead of refusing all for them
    created: int = 0
    duplicates: int = 0
    repeated: int = 0  # rows that equal trades of the ledger, and were not booked once more
    corrected: int = 0  # trades that were changed
    failed: int = 0
    left_out: list[dict[str, Any]] = field(default_factory=list)  # rows that are no trades: [{"kind", "rows", "lines"}]
    missing: int = 0  # trades of the same bytes that were deleted since
    record: int | None = None  # the import
    errors: list[dict[str, Any]] = field(default_factory=list)
    imported_at: datetime | None = None  # when the same bytes were first imported into an account of its rows
    is_known: bool = False  # whether nothing that is right is new; known once it is finished

    @property
    def listed(self) -> int:
        """How many errors are listed at most."""
        return LISTED_SKIPPED if self.skip else LISTED

    @property
    def is_full(self) -> bool:
        """Whether as many errors are listed as may be."""
        return len(self.errors) >= self.listed

    @property
    def is_refused(self) -> bool:
        """Whether a wrong row keeps all others out of the ledger."""
        return bool(self.failed) and not self.skip

    def refuse(self, line: int, errors: Errors) -> None:
        """Count a row that is no trade, and list its errors while there is room."""
        self.failed += 1
        if not self.is_full:
            self.list_errors(line, errors)

    def refuse_all(self, found: Iterable[tuple[int, Errors]], count: int) -> None:
        """The first of many that PostgreSQL found, of which there are so many."""
        for line, errors in found:
            self.list_errors(line, errors)  # even if it is full: these lines may come before the listed ones
        self.failed += count

    def list_errors(self, line: int, errors: Errors) -> None:
        """List the errors of a row by field; None stands for the row as a whole."""
        self.errors += [
            {"line": line, "field": name and legible(name)[:LONGEST_NAME], "message": legible(text)}
            for name, texts in errors.items()
            for text in texts
        ]

    def settle(self) -> None:
        """Go on, unless the file is refused."""
        if self.is_refused:
            raise Undone

    def finish(self, dry_run: bool = False) -> None:
        """Put the errors in order. A refused file has added nothing; of nothing that was written there is a record."""
        self.errors = sorted(self.errors, key=lambda error: error["line"])[: self.listed]
        self.is_known = bool(self.imported_at) and not self.created
        if self.is_refused:
            self.created = self.duplicates = self.repeated = self.corrected = 0
        if self.is_refused or dry_run:
            self.record = None

    @property
    def hint(self) -> str:
        """What to do about what is missing; empty if nothing is."""
        if not self.missing or not self.imported_at:
            return ""
        trades, them = ("1 trade", "was") if self.missing == 1 else (f"{self.missing:,} trades", "were")
        since = instants.render(self.imported_at)
        return f"{trades} of this file {them} deleted since it was imported at {since}: {WHAT_TO_DO}"

    def answer(self) -> dict[str, Any]:
        """As JSON."""
        names = ("created", "duplicates", "repeated", "corrected", "failed", "left_out", "missing", "errors")
        imported_at = instants.render(self.imported_at) if self.imported_at else None
        told = {name: getattr(self, name) for name in names}
        hint = {"hint": self.hint} if self.hint else {}
        return {"import": self.record, **told, **hint, "imported_at": imported_at}


def legible(text: str) -> str:
    """Without lone surrogates, which no answer may have, and without NUL, which PostgreSQL cannot keep."""
    return text.encode(errors="backslashreplace").decode().replace("\0", r"\x00")
