"""Where the rows of a file come from: the file itself, if it has the ledger's own columns, or its profile."""

import csv
import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec

from .files.answers import Wishes
from .files.asking import Question, choices, question_about, questions, questions_of_rows
from .files.cells import Malformed, Unclear
from .files.profile import Profile
from .files.rows import NEEDED, Row, Wrong
from .files.source import PIECE, OwnColumns, Source, TradeFile
from .files.statement import Statement

UNKNOWN = "No profile knows its columns ({}). {}"
WHAT_TO_DO = "POST it to /api/imports/, or drop it on the page, to say what they are; or name a profile."
NAMED = 12  # columns that an error names


class Unanswered(Exception):
    """A file says too little: these questions have to be answered first."""

    def __init__(self, questions: list[Question]) -> None:
        super().__init__(" ".join(question.text for question in questions))
        self.questions = questions


@dataclass
class ProfileRows:
    """A Source: the rows of a file by its profile. `trades` and `wrong` count those that were read."""

    statement: Statement
    digest: bytes
    name: str = ""
    trades: int = 0
    wrong: int = 0

    def __post_init__(self) -> None:
        self.profile = self.statement.name
        self.newest_first = self.statement.conversion.newest_first

    @property
    def made(self) -> Mapping[str, Any]:
        """How it was read, and what was taken that it does not say."""
        found = self.statement.found
        return {
            **{name: getattr(found, name) for name in ("kind", "charset", "separator")},
            "sheet": self.statement.place.sheet,
            "wishes": msgspec.to_builtins(self.statement.wishes),
            "choices": [*found.doubts, *choices(self.statement)],
        }

    @property
    def left_out(self) -> Sequence[Mapping[str, Any]]:
        return list(self.statement.conversion.left_out)

    @property
    def questions(self) -> list[Question]:
        """What has turned out to be open when the rows were read."""
        return list(questions_of_rows(self.statement))

    def rows(self) -> Iterator[Row]:
        for row in self.statement.conversion.rows():
            if isinstance(row[1], Wrong):
                self.wrong += 1
            else:
                self.trades += 1
            yield row


@contextmanager
def source_of(
    file: TradeFile, profiles: Mapping[str, Profile], wishes: Wishes, name: str = "", hint: str | None = WHAT_TO_DO
) -> Iterator[Source]:
    """The rows of a file. Malformed if it is none that is read; Unanswered if it says too little.

    A layout that no profile knows is Malformed, with this hint; without one, it is read as is proposed. A file with the
    ledger's own columns is read while it comes; any other one is on a disk meanwhile.
    """
    if file.format not in ("json", "ndjson"):
        file.format = format_in(file.peek(), wishes)
    if file.format:
        yield OwnColumns(file, name)
        return
    with spooled(file) as kept:
        try:
            statement = Statement(kept, profiles, wishes)
        except Unclear as error:
            raise Unanswered([question_about(error)]) from None
        if not (statement.place.fits or wishes.mapping) and (hint is not None or not statement.profile):
            names = ", ".join(statement.place.header.names[:NAMED])
            missing = f"{statement.proposal.what_is_missing} " if statement.proposal and not statement.profile else ""
            raise Malformed(statement.place.header.line, UNKNOWN.format(names, f"{missing}{hint or WHAT_TO_DO}"))
        if open_ := [question for question in questions(statement) if question.is_open(wishes)]:
            raise Unanswered(open_)
        yield ProfileRows(statement, file.whole_digest(), name)


def own_format(file: BinaryIO, wishes: Wishes) -> str:
    """In which of the ledger's own formats a file is; nothing if it is in none."""
    head = file.read(PIECE)
    file.seek(0)
    return format_in(head, wishes)


def format_in(head: bytes, wishes: Wishes) -> str:
    """In which of the ledger's own formats a file is that begins so; nothing if it is in none."""
    begin = head.removeprefix(BOM_UTF8).lstrip()[:1]
    if begin in (b"{", b"["):
        return "ndjson" if begin == b"{" else "json"
    return "csv" if wishes == Wishes() and has_own_columns(head) else ""


def has_own_columns(head: bytes) -> bool:
    """Whether a file begins with the names of the ledger's own columns, in UTF-8 and with commas."""
    with suppress(csv.Error):
        first = next(csv.reader([head.decode("utf-8-sig", "replace").partition("\n")[0].rstrip("\r")]), [])
        return {name.strip(" ") for name in first}.issuperset(NEEDED)
    return False


@contextmanager
def spooled(file: TradeFile) -> Iterator[BinaryIO]:
    """All of a file, where one can go back in it."""
    if file.whole:
        yield file.whole
        return
    with tempfile.TemporaryFile() as kept:
        while piece := file.read(PIECE):
            kept.write(piece)
        kept.seek(0)
        yield kept
