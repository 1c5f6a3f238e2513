"""A file as it would be booked, for somebody to look at: what it is, its columns, its first rows, what is open."""

from itertools import islice
from typing import Any, BinaryIO

import msgspec

from .booking import Booking
from .bulk import Options, load
from .files.asking import Question, question_about, question_of, questions, questions_of_rows
from .files.cells import Cell, Unclear
from .files.conversion import Told
from .files.drafts import Left
from .files.lookups import Refused, text_of
from .files.rows import Wrong
from .files.source import OwnColumns, Source, TradeFile
from .files.statement import Statement
from .imports import Import
from .profiles import profiles_of
from .selection import OWN_FIELDS
from .sources import ProfileRows, own_format
from .wishes import remembered

SHOWN = 50  # rows
SAMPLES = 3  # texts of a column
MAX_TEXT = 200  # characters of a cell


class Preview:
    """What would become of a file, read as `record.made` says, in the accounts of a user.

    Malformed if it cannot be read so; errors of Booking if the user may not book there.
    """

    def __init__(self, file: BinaryIO, record: Import, user: Any) -> None:
        self.record, self.wishes = record, remembered(record.made.get("wishes"))
        self.account = record.made.get("account") or ""
        self.booking = Booking.of_user(user, self.account or None)
        self.statement: Statement | None = None
        self.source: Source | None = None
        self.own: list[dict[str, Any]] = []
        self.found: list[Question] = []
        if own := own_format(file, self.wishes):
            self.own = [own_row(*row) for row in islice(OwnColumns(TradeFile(file.read, own)).rows(), SHOWN)]
            file.seek(0)
            self.source = OwnColumns(TradeFile(file.read, own), record.name)
            return
        try:
            self.statement = Statement(file, profiles_of(user), self.wishes)
        except Unclear as error:
            self.found = [question_about(error)]
            return
        self.found = list(questions(self.statement))
        if self.statement.profile and not any(question.is_open(self.wishes) for question in self.found):
            self.source = ProfileRows(self.statement, bytes(record.digest), record.name)

    @property
    def what_is_missing(self) -> str:
        """Which fields no column is known to have; nothing if the mapping is complete."""
        proposal = self.statement.proposal if self.statement and not self.statement.profile else None
        return proposal.what_is_missing if proposal else ""

    def questions(self) -> list[dict[str, Any]]:
        """What the file leaves open, with the answers; more once its rows were read."""
        later = questions_of_rows(self.statement) if self.statement and self.source else iter(())
        found = {question.name: question for question in [*later, *self.found]}
        told = [question_of(question, question.answer(self.wishes)) for question in found.values()]
        return [*told, *self.ask_account()]

    def ask_account(self) -> list[dict[str, Any]]:
        """In which account rows belong that name none, if there are several."""
        names = {id_: name for name, id_ in self.booking.accounts.items()}
        if len(names) < 2:
            return []
        question = Question("account", "In which account are trades that name none?", tuple(names.values()))
        return [question_of(question, self.account) | {"default": names.get(self.booking.main)}]

    def resource(self) -> dict[str, Any]:
        """As JSON."""
        layout = layout_of(self.statement) if self.statement else OWN if self.source else UNKNOWN
        report = load(self.source, self.booking, Options(skip=True, dry_run=True)) if self.source else None
        counts = report.answer() if report else {}
        made = self.source.made if self.source else {}
        return {
            **layout,
            "columns": columns_of(self.statement) if self.statement else [],
            "rows": rows_of(self.statement) if self.statement else self.own,
            "questions": self.questions(),
            "choices": made.get("choices", []),
            "counts": counts and {name: counts[name] for name in COUNTS},
            "left_out": counts.get("left_out", []),
            "errors": counts.get("errors", [])[:SHOWN],
            "imported_at": counts.get("imported_at"),
        }


OWN: dict[str, Any] = {
    "kind": "ledger", "charset": "utf-8", "separator": "", "sheet": "", "sheets": [""], "profile": "",
    "title": "This ledger", "mapping": {}, "doubts": [], "profiles": [],
}  # fmt: skip
UNKNOWN = OWN | {"kind": "", "charset": "", "title": ""}
COUNTS = ("created", "duplicates", "repeated", "corrected", "failed", "missing")


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
        "profiles": [{"name": name, "title": statement.profiles[name].title} for name in place.fits if name],
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


def own_row(line: int, row: Any) -> dict[str, Any]:
    """A row of the ledger's own formats, as it is given."""
    empty: dict[str, Any] = {"line": line, **NOTHING, "cells": []}
    if isinstance(row, Wrong):
        return empty | {"error": row.message}
    given = row.items() if isinstance(row, dict) else zip(OWN_FIELDS, row, strict=True)
    texts = {name: shown(value) for name, value in given if name in OWN_FIELDS and value is not None}
    return empty | {"trade": dict.fromkeys(OWN_FIELDS, "") | texts, "cells": list(texts.values())}


def rows_of_one(told: Told) -> list[dict[str, Any]]:
    """A row of the file, once for each of its trades."""
    line, cells, outcome = told
    row: dict[str, Any] = {"line": line, **NOTHING, "cells": list(map(shown, cells))}
    if isinstance(outcome, Left):
        return [row | {"left_out": outcome.kind}]
    if isinstance(outcome, Refused):
        return [row | {"error": f"{outcome.field}: {outcome.message}" if outcome.field else outcome.message}]
    return [row | {"trade": dict(zip(OWN_FIELDS, draft.texts(), strict=True))} for draft in outcome]


def shown(cell: Any) -> str:
    """The text of a cell, cut."""
    return (text_of(cell) if isinstance(cell, Cell) else str(cell))[:MAX_TEXT]


def doubts_of(statement: Statement) -> list[str]:
    """What is not certain of the mapping that is proposed."""
    if not statement.proposal:
        return []
    told = [text] if (text := statement.proposal.what_is_missing) else []
    return [*told, *(doubt.message for doubt in statement.proposal.doubts)]
