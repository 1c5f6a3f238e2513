"""Tables of things that happened to tickers, and how PostgreSQL writes a row of one: as JSON, or as CSV. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

FORMULA = r"=+@\t\r\n''-"  # how formulas begin, and the apostrophe: for a class of a regular expression, in SQL too
SIGNS = "+-=@"  # of these, the ones that a ticker may begin with


@dataclass(frozen=True)
class Table:
    """A table with `id`, `ticker` and `timestamp`, and the expression that writes a row as a JSON object.

    `moment` is the member of the object that has the timestamp.
    `events` is where the versions of its rows are that have ended, with the instant when they did, `pgh_created_at`.
    """

    resource: str  # whose cursors are no one else's
    name: str
    columns: tuple[str, ...]
    json: str
    events: str | None = None
    moment: str = "timestamp"


# Expressions by which PostgreSQL writes rows as JSON or CSV. No text of a request gets into them.


def quoted(column: str) -> str:
    """A column whose text needs no escaping, as a JSON string."""
    return f"""'"' || {column} || '"'"""


def escaped(column: str) -> str:
    """A column of any text, as a JSON string or null."""
    return f"COALESCE(to_json({column})::text, 'null')"


def cell(column: str) -> str:
    """After RFC 4180: in quotes where it needs them, and an empty cell for NULL.

    What a spreadsheet would take for a formula gets an apostrophe before it, which spreadsheets read as "this is text",
    and so does what has one already, so that it can be taken off again.
    """
    mark = f"CASE WHEN {column} ~ '^[{FORMULA}]' THEN '''' ELSE '' END"
    in_quotes = f"""'"' || {mark} || replace({column}, '"', '""') || '"'"""
    empty = f"{column} = '' OR {column} IS NULL"
    return rf"""CASE WHEN {empty} THEN '' WHEN {column} ~ '[",\r\n]|^[{FORMULA}]' THEN {in_quotes} ELSE {column} END"""


def marked(column: str) -> str:
    """A cell of a text that never needs quotes, with the same apostrophe: before + - = and @."""
    codes = ", ".join(str(ord(sign)) for sign in SIGNS)
    return f"CASE WHEN ascii({column}) IN ({codes}) THEN '''' || {column} ELSE {column} END"


def marked_text(text: str) -> str:
    """Any text with the same apostrophe, where it needs one; not in quotes yet."""
    return f"'{text}" if re.match(f"[{FORMULA}]", text) else text


def unmarked_text(text: str) -> str:
    """What `marked_text` and `cell` were given."""
    return re.sub(rf"\A'(?=[{FORMULA}])", "", text)


def json_object(members: Mapping[str, str]) -> str:
    """The expression for a JSON object whose values these expressions write."""
    written = " || ',' || ".join(f"""'"{name}":' || {value}""" for name, value in members.items())
    return joined(f"'{{' || {written} || '}}'")


def joined(expression: str) -> str:
    """The expression with texts beside each other as one: each `||` copies all that is before it."""
    return expression.replace("' || '", "")
