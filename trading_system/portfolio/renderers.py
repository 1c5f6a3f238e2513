"""Formats of files of lots: written in Python, some lines at a time, as the lots are computed there.

A file has what a page has, but for its instants: they have one width, as in all files.
"""

import csv
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec

from rest import instants
from rest.downloads import FileRenderer
from rest.selection import FETCHED
from rest.tables import marked_text

Rows = tuple[tuple[str, ...], Iterator[dict[str, Any]]]  # the names of the fields, and rows of these
INSTANTS = ("acquired_at", "disposed_at")


class LotRenderer(FileRenderer, ABC):
    """Renders rows of the fields."""

    def render(self, data: Rows, *args: Any, **kwargs: Any) -> Iterator[str]:  # type: ignore[override]
        fields, rows = data
        some = list(islice(rows, FETCHED))
        yield ""
        yield self.header(fields)
        while some:
            yield "".join(self.line(widened(row)) for row in some)
            some = list(islice(rows, FETCHED))

    def header(self, fields: tuple[str, ...]) -> str:
        """The first line, if there is one."""
        return ""

    @abstractmethod
    def line(self, row: dict[str, Any]) -> str:
        """A row, with the end of its line."""


def widened(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its instants as files have them; none at average cost."""
    return row | {name: instants.widened(row[name]) for name in INSTANTS if row.get(name)}


class Line:
    """A file whose `write` returns the text, as the `writerow` of a csv.writer then does."""

    def write(self, text: str) -> str:
        return text


class CSVLotRenderer(LotRenderer):
    """A ticker and an account are the texts that a spreadsheet could take for a formula."""

    media_type, format = "text/csv", "csv"
    writer = csv.writer(Line(), lineterminator="\n")

    def header(self, fields: tuple[str, ...]) -> str:
        return self.written(fields)

    def line(self, row: dict[str, Any]) -> str:
        marked = {name: marked_text(row[name]) for name in ("ticker", "account") if name in row}
        return self.written((row | marked).values())

    def written(self, cells: Iterable[Any]) -> str:
        line: Any = self.writer.writerow(cells)
        return str(line)


class NDJSONLotRenderer(LotRenderer):
    media_type, format = "application/x-ndjson", "ndjson"

    def line(self, row: dict[str, Any]) -> str:
        return msgspec.json.encode(row).decode() + "\n"
