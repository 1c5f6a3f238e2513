"""Formats of files of lots: written in Python, some lines at a time, as the lots are computed there."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from rest.downloads import FileRenderer
from rest.selection import FETCHED
from rest.tables import marked_text

Rows = tuple[tuple[str, ...], Iterator[dict[str, Any]]]  # the names of the fields, and rows of these


class LotRenderer(FileRenderer):
    """Renders rows of the fields."""

    def render(self, data: Rows, *args: Any, **kwargs: Any) -> Iterator[str]:  # type: ignore[override]
        fields, rows = data
        some = list(islice(rows, FETCHED))
        yield ""
        yield self.header(fields)
        while some:
            yield "".join(map(self.line, some))
            some = list(islice(rows, FETCHED))

    def header(self, fields: tuple[str, ...]) -> str:
        """The first line, if there is one."""
        return ""

    def line(self, row: dict[str, Any]) -> str:
        """A row, with the end of its line."""
        raise NotImplementedError


class CSVLotRenderer(LotRenderer):
    """A ticker and an account could be taken for a formula; of all cells, an account alone may need quotes."""

    media_type, format = "text/csv", "csv"

    def header(self, fields: tuple[str, ...]) -> str:
        return f"{','.join(fields)}\n"

    def line(self, row: dict[str, Any]) -> str:
        cells = row | {name: marked_text(row[name]) for name in ("ticker", "account") if name in row}
        if '"' in cells.get("account", ""):
            cells["account"] = '"' + cells["account"].replace('"', '""') + '"'
        return ",".join("" if cell is None else str(cell) for cell in cells.values()) + "\n"


class NDJSONLotRenderer(LotRenderer):
    media_type, format = "application/x-ndjson", "ndjson"

    def line(self, row: dict[str, Any]) -> str:
        return msgspec.json.encode(row).decode() + "\n"
