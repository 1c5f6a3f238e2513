"""Where the table of trades begins and ends in a file of an unknown layout: its header, and its section. Pure."""

from collections.abc import Sequence
from itertools import pairwise

from .amounts import plain
from .cells import Cell
from .columns import is_moment
from .words import FIELDS, score_of

TITLES = 50  # rows from the top among which the header is
KNOWN = 3  # names that a header has at least
NEEDED = ("ticker", "side", "quantity", "price", "timestamp")

Rows = Sequence[Sequence[Cell]]


def header_of(rows: Rows) -> int | None:
    """Which of the first rows names the columns: texts that surely name most fields; the next row is about as wide.

    Where no row names fields in words that are known, the first whose texts stand above numbers or days, so that a
    person can say what they are.
    """
    leading = [index for index in range(len(rows[:TITLES])) if leads(rows, index)]
    sure, index = max(((sureness(rows[index]), -index) for index in leading), default=(0.0, 0))
    if sure > 0:
        return -index
    return next((index for index in leading if has_names(rows[index]) and not are_texts(rows[index + 1])), None)


def has_names(row: Sequence[Cell]) -> bool:
    """Whether each cell has a text of its own, as names of columns do."""
    return len(row) >= KNOWN and "" not in row and len(set(row)) == len(row) and are_texts(row)


def are_texts(row: Sequence[Cell]) -> bool:
    """Whether no cell is a number or a time."""
    filled = [cell for cell in row if cell != ""]
    return all(isinstance(cell, str) and plain(cell, ".") is None and not is_moment(cell) for cell in filled)


def sureness(row: Sequence[Cell]) -> float:
    """How surely its cells name the needed fields, and some of the others; 0 of a row with numbers or dates."""
    if not are_texts(row):
        return 0.0
    texts = [cell for cell in row if cell != ""]
    known = sum(any(score_of(str(cell), name) for name in FIELDS) for cell in texts)
    needed = sum(max(score_of(str(cell), name) for cell in texts) for name in NEEDED) if texts else 0
    return needed + known / 100 if known >= KNOWN else 0.0


def leads(rows: Rows, index: int) -> bool:
    """Does a row of about its width follow? Some files have a blank cell more, or one less."""
    following = next((row for row in rows[index + 1 :] if any(cell != "" for cell in row)), None)
    return following is not None and abs(len(following) - len(rows[index])) <= 1


def section(rows: Rows) -> tuple[Rows, dict[str, str]]:
    """The rows up to a blank one that a title, a remark, or another header follows; or up to the title of a header."""
    filled = [[cell for cell in row if cell != ""] for row in rows]
    blank = next((index for index, row in enumerate(filled) if index and not row), len(rows))
    following = [row for row in filled[blank:] if row]
    if following and (len(following[0]) == 1 or any(map(sureness, following))):
        return rows[:blank], {"ends": "blank"}
    for index, (row, next_) in enumerate(pairwise(filled)):
        if len(row) == 1 and sureness(next_):
            return rows[:index], {"ends": str(row[0])}
    return rows, {}


def named_section(names: list[str], rows: Rows) -> tuple[Rows, dict[str, list[str]]]:
    """Where each row begins with the name of its section, as the header does, the rows of this one."""
    own = [row for row in rows if row and names and row[0] == names[0]]
    return (own, {names[0]: [names[0]]}) if own and names[0] else (rows, {})
