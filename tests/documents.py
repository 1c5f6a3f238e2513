"""The documentation, as tests read it."""

import re
from collections.abc import Iterator

from .running import ROOT

README = ROOT / "README.md"
REFERENCE = ROOT / "docs/reference"
PAGES = [README, *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")),
         *sorted((ROOT / "docs").rglob("*.md"))]  # fmt: skip


def text(name: str) -> str:
    return (REFERENCE / name).read_text()


def tables(page: str, first: str) -> Iterator[list[list[str]]]:
    """The rows, as cells, of each table whose header begins with the cell `first`."""
    for table in re.findall(rf"^\| {re.escape(first)} \|.*\n\|[-|]+\|\n((?:\|.*\|\n)+)", page, re.MULTILINE):
        yield [[cell.strip() for cell in line.strip("|").split(" |")] for line in table.splitlines()]


def first_cells(page: str, first: str) -> str:
    return "\n".join(row[0] for table in tables(page, first) for row in table)
