"""SQL put together from texts: PostgreSQL writes rows as JSON or CSV, and no text of a request gets into the SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Statement = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Condition:
    """SQL with one placeholder, and its value."""

    sql: str
    value: Any


def quoted(column: str) -> str:
    return f"""'"' || {column} || '"'"""


def escaped(column: str) -> str:
    return f"COALESCE(to_json({column})::text, 'null')"


FORMULA = r"=+@\t\r\n''-"  # how formulas begin, and the apostrophe: a class of PostgreSQL's regular expressions


def cell(column: str) -> str:
    """After RFC 4180: in quotes where it needs them, and an empty cell for NULL.

    What a spreadsheet would take for a formula gets an apostrophe before it, which spreadsheets read as "this is text",
    and so does what has one already, so that it can be taken off again.
    """
    mark = f"CASE WHEN {column} ~ '^[{FORMULA}]' THEN '''' ELSE '' END"
    in_quotes = f"""'"' || {mark} || replace({column}, '"', '""') || '"'"""
    empty = f"{column} = '' OR {column} IS NULL"
    return rf"""CASE WHEN {empty} THEN '' WHEN {column} ~ '[",\r\n]|^[{FORMULA}]' THEN {in_quotes} ELSE {column} END"""


def json_object(members: Mapping[str, str]) -> str:
    """The expression for a JSON object whose values these expressions write."""
    written = " || ',' || ".join(f"""'"{name}":' || {value}""" for name, value in members.items())
    return f"'{{' || {written} || '}}'"


def union(statements: Sequence[Statement]) -> Statement:
    return (
        " UNION ALL ".join(f"({sql})" for sql, _ in statements),
        tuple(value for _, parameters in statements for value in parameters),
    )


def order(ascending: bool) -> str:
    return "ORDER BY timestamp, id" if ascending else "ORDER BY timestamp DESC, id DESC"


def rendered(statement: Statement, line: str, end: str) -> Statement:
    sql, parameters = statement
    return f"SELECT {line} FROM ({sql}) trades {end}", parameters  # noqa: S608
