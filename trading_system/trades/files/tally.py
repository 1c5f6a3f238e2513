"""What became of the rows of a table: which were left out, and why. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

LINES = 10  # that are named of each kind
MAX_KINDS = 200  # kinds that are told apart
OTHERS = "others"


@dataclass
class Rows:
    """Rows of one kind."""

    rows: int = 0
    lines: list[int] = field(default_factory=list)


@dataclass
class Tally:
    """How many rows of which kind were left out."""

    kinds: dict[str, Rows] = field(default_factory=dict)

    def add(self, kind: str, line: int) -> None:
        """Count a row."""
        found = self.kinds.get(kind)
        if found is None:
            found = self.kinds.setdefault(kind if len(self.kinds) < MAX_KINDS else OTHERS, Rows())
        found.rows += 1
        if len(found.lines) < LINES:
            found.lines.append(line)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The kinds, those with most rows first."""
        for kind, found in sorted(self.kinds.items(), key=lambda item: -item[1].rows):
            yield {"kind": kind, "rows": found.rows, "lines": found.lines}
