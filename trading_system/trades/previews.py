"""A file as it would be booked, for somebody to look at: what it is, its columns, its first rows, what is open."""

from itertools import islice
from typing import Any

import msgspec

from .files.asking import Question
from .files.conversion import Told
from .files.drafts import Left
from .files.fields import Refused, text_of
from .files.statement import Statement
from .selection import OWN_FIELDS

SHOWN = 50  # rows
SAMPLES = 3  # texts of a column
MAX_TEXT = 200  # characters of a cell


def layout_of(statement: Statement) -> dict[str, Any]:
    """What a file is and how it is read, as JSON."""
    found, place, profile = statement.found, statement.place, statement.profile
    return {
        "kind": found.kind,
        "charset": found.charset,
        "separator": found.separator,
        "sheet": place.sheet,
        "sheets": list(found.sheets),
        "profile": statement.name,
        "title": profile.title if profile else "",
        "mapping": mapping_of(statement),
        "doubts": [*found.doubts, *doubts_of(statement)],
        "profiles": [{"name": name, "title": statement.profiles[name].title} for name in place.fits],
    }


def mapping_of(statement: Statement) -> dict[str, Any]:
    """The profile as it would be kept; what is known of it, if it is not complete."""
    if statement.profile:
        mapping: dict[str, Any] = msgspec.to_builtins(statement.profile)
        return mapping
    return dict(statement.proposal.profile) if statement.proposal else {}


def columns_of(statement: Statement) -> list[dict[str, Any]]:
    """The columns, each with some of its texts."""
    rows = [cells for _, cells in islice(statement.table(), SHOWN)]
    return [{"name": name, "sample": samples(rows, place)} for place, name in enumerate(statement.place.header.names)]


def samples(rows: list[Any], place: int) -> list[str]:
    """The first different texts of a column."""
    texts = dict.fromkeys(shown(row[place]) for row in rows if place < len(row))
    return [text for text in texts if text][:SAMPLES]


def rows_of(statement: Statement) -> list[dict[str, Any]]:
    """The first rows: a trade, or why it is none. A row that is several trades is there for each of them."""
    if statement.profile is None:
        found = islice(statement.table(), SHOWN)
        return [{"line": line, **NOTHING, "cells": list(map(shown, cells))} for line, cells in found]
    told = islice(statement.convert().told(), SHOWN)
    return [row for one in told for row in rows_of_one(one)][:SHOWN]


NOTHING = {"trade": None, "left_out": None, "error": None}


def rows_of_one(told: Told) -> list[dict[str, Any]]:
    """A row of the file, once for each of its trades."""
    line, cells, outcome = told
    row: dict[str, Any] = {"line": line, **NOTHING, "cells": list(map(shown, cells))}
    if isinstance(outcome, Left):
        return [row | {"left_out": outcome.kind}]
    if isinstance(outcome, Refused):
        return [row | {"error": f"{outcome.field}: {outcome.message}" if outcome.field else outcome.message}]
    return [row | {"trade": dict(zip(OWN_FIELDS, draft.texts(), strict=True))} for draft in outcome]


def question_of(question: Question, answer: str | None) -> dict[str, Any]:
    """A question as JSON."""
    options = [{"value": option, "label": LABELS.get(option, option)} for option in question.options]
    return {
        "name": question.name, "text": question.text, "options": options, "default": question.default or None,
        "answer": answer or None,
    }  # fmt: skip


LABELS = {
    "MDY": "month, day, year", "DMY": "day, month, year", "YMD": "year, month, day",
    ".": "the point, as in 1,234.50", ",": "the comma, as in 1.234,50",
}  # fmt: skip


def shown(cell: Any) -> str:
    """The text of a cell, cut."""
    return text_of(cell)[:MAX_TEXT]


def doubts_of(statement: Statement) -> list[str]:
    """What is not certain of the mapping that is proposed."""
    return [doubt["message"] for doubt in statement.proposal.doubts] if statement.proposal else []
