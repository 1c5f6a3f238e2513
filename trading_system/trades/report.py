"""What becomes of a file of trades."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .staging import Errors

LISTED, LISTED_SKIPPED = 100, 10_000  # errors of a file that is refused for them, and of one that is not
LONGEST_NAME = 100  # characters of an unknown field's name in an error


class Undone(Exception):
    """Nothing of the file is booked."""


@dataclass
class Report:
    """What became of a file: how many of its rows, and the first errors as `{"line", "field", "message"}`."""

    skip: bool  # the rows that are no trades, instead of refusing all for them
    created: int = 0
    duplicates: int = 0
    failed: int = 0
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

    def refuse_all(self, found: Sequence[tuple[int, Errors, int]]) -> int:
        """The first of many that PostgreSQL found, each with the count of them all, which is returned."""
        for line, errors, _ in found:
            self.list_errors(line, errors)  # even if it is full: these lines may come before the listed ones
        count = found[0][-1] if found else 0
        self.failed += count
        return count

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

    def finish(self) -> None:
        """Put the errors in order; a refused file has added nothing."""
        self.errors = sorted(self.errors, key=lambda error: error["line"])[: self.listed]
        self.is_known = bool(self.imported_at) and not self.created
        if self.is_refused:
            self.created = self.duplicates = 0


def legible(text: str) -> str:
    """Without lone surrogates, which no answer may have, and without NUL, which PostgreSQL cannot keep."""
    return text.encode(errors="backslashreplace").decode().replace("\0", r"\x00")
