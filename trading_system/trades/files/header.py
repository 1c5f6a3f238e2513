"""The row of a table that names its columns. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .cells import Cell
from .profile import Profile

SPACE = re.compile(r"\s+")
MAX_HEAD = 20_000  # rows before the header, as of sections that stand before the one with the trades
FEWEST = 3  # named columns of a header


def normal(name: object) -> str:
    """A name as it is compared: without case, and with single spaces."""
    return SPACE.sub(" ", str(name)).strip().casefold()


class Header:
    """The names of columns. One without a name is called after the one to its left: `Balance+1`.

    A second one of a name is `Balance#2`.
    """

    def __init__(self, line: int, cells: Sequence[Cell], above: Sequence[str] = ()) -> None:
        self.line, self.names, self.above = line, list(names_of(cells)), above
        self.places = {normal(name): place for place, name in reversed(list(enumerate(self.names)))}

    def extended(self, names: Iterable[str]) -> "Header":
        """The same header with more columns at its end."""
        return Header(self.line, [*self.names, *names], self.above)

    def place(self, names: str | Iterable[str]) -> int | None:
        """Where the first of these columns is that there are; None if there is none of them."""
        for name in [names] if isinstance(names, str) else names:
            if (place := self.places.get(normal(name))) is not None:
                return place
        return None

    def has(self, names: Iterable[str]) -> bool:
        """Whether it has all of these columns."""
        return {normal(name) for name in names} <= self.places.keys()


def names_of(cells: Sequence[Cell]) -> Iterator[str]:
    """The names of the columns, also of those at the end that have none."""
    texts = [str(cell).strip() for cell in cells]
    last, unnamed = "", 0
    times: Counter[str] = Counter()
    for text in texts:
        if text:
            times[normal(text)] += 1
            last, unnamed = text, 0
            yield text if times[normal(text)] == 1 else f"{text}#{times[normal(text)]}"
        else:
            unnamed += 1
            yield f"{last}+{unnamed}"


def fitting(header: Header, profiles: Mapping[str, Profile], kind: str) -> list[str]:
    """The names of the profiles that know a header, those that ask for the most columns."""
    found: dict[str, int] = {}
    if len(header.names) >= FEWEST:
        for name, profile in profiles.items():
            sizes = [len(names) for names in profile.all_headers() if names and header.has(names)]
            if kind in profile.kinds and sizes:
                found[name] = max(sizes)
    most = max(found.values(), default=0)
    return [name for name, size in found.items() if size == most]
