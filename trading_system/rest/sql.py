"""Expressions by which PostgreSQL writes rows as JSON or CSV. No text of a request gets into them."""

from collections.abc import Mapping

FORMULA = r"=+@\t\r\n''-"  # how formulas begin, and the apostrophe: a class of PostgreSQL's regular expressions


def quoted(column: str) -> str:
    return f"""'"' || {column} || '"'"""


def escaped(column: str) -> str:
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


def json_object(members: Mapping[str, str]) -> str:
    """The expression for a JSON object whose values these expressions write."""
    written = " || ',' || ".join(f"""'"{name}":' || {value}""" for name, value in members.items())
    return f"'{{' || {written} || '}}'"
