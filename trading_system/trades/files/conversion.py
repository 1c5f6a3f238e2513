"""All rows of a table into trades, in the order of the file. Pure.

Two things need more than a row: which of two instants a repeated hour means, which the rows around it tell; and fees
that are rows of their own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby, islice, pairwise
from typing import Any

from rest.amounts import EXACT

from .batches import AT_ONCE, Batches, Texts, is_simple
from .cells import Cell, Cells, Malformed, Table
from .convert import Layout, Outcome
from .drafts import Draft, Left
from .lookups import Refused, text_of
from .parts import words
from .rows import Row, Wrong
from .tally import Tally
from .times import Repeated
from .zones import settle_night

MAX_NIGHT = 10_000  # trades in repeated hours that follow each other
MAX_FEE_ROWS = 100_000  # of fees that are rows of their own
SAMPLE = 1_000  # trades by which the order of the rows is known

Told = tuple[int, list[Cell], list[Draft] | Left | Refused]


@dataclass
class Fees:
    """The fees of an order, and the line of the fill that they are booked with."""

    total: Decimal = Decimal(0)
    currency: str = ""
    line: int = 0
    rows: list[int] = field(default_factory=list)


class Conversion:
    """The rows of a table as trades. `left_out`, `nights` and `layout.unknown` are complete once they have been read.

    `table` opens the table below its header, each time anew.
    """

    def __init__(self, layout: Layout, table: Callable[[], Table]) -> None:
        self.layout, self.table = layout, table
        self.left_out = Tally()
        self.nights = 0  # trades in a repeated hour that nothing settles
        self.newest_first = self.is_newest_first()
        self.fees = self.collected() if layout.profile.fee_rows else {}
        self.batches = Batches(layout) if is_simple(layout) else None

    def rows(self) -> Iterator[Row]:
        """What staging.py reads: the texts of trades, and what is wrong; rows that are left out are counted."""
        for line, _, outcome in self.in_time(self.quick_outcomes() if self.batches else self.outcomes()):
            if isinstance(outcome, tuple):
                yield line, outcome
            elif isinstance(outcome, list):
                for draft in outcome:
                    yield line, draft.texts()
            elif isinstance(outcome, Left):
                self.left_out.add(outcome.kind, line)
            else:
                yield line, Wrong(outcome.message, outcome.field)

    def told(self) -> Iterator[Told]:
        """Each row with what it is."""
        return self.in_time(self.outcomes())

    def in_time(self, outcomes: Iterator[Any]) -> Iterator[Any]:
        """The same, with the instants of trades in repeated hours."""
        held: list[Told] = []
        last: Texts | list[Draft] = ()
        for told in outcomes:
            outcome = told[2]
            if isinstance(outcome, list) and any(map(is_waiting, outcome)):
                held.append(told)
                if len(held) > MAX_NIGHT:
                    raise Malformed(told[0], f"More than {MAX_NIGHT} trades in hours that the clocks repeat.")
                continue
            if isinstance(outcome, tuple | list):
                if held:
                    yield from self.settled(held, instant(last, -1), instant(outcome, 0))
                    held = []
                last = outcome
            yield told
        yield from self.settled(held, instant(last, -1), None)

    def quick_outcomes(self) -> Iterator[tuple[int, list[Cell], Texts | Outcome]]:
        """The same as `outcomes`; of rows of which all is certain, the texts of their trade."""
        assert self.batches
        outcome_of = self.layout.outcome
        for batch in cut(self.table()):
            found = self.batches.texts([cells for _, cells in batch])
            for (line, cells), texts in zip(batch, found, strict=True):
                yield line, cells, texts or outcome_of(cells)

    def outcomes(self) -> Iterator[Told]:
        """Each row with what it is, if it is not in an hour that the clocks repeat."""
        outcome_of, fees = self.layout.outcome, self.fees
        for line, cells in self.table():
            outcome = outcome_of(cells)
            if fees and isinstance(outcome, list):
                self.charge(line, cells, outcome)
            yield line, cells, outcome

    def settled(self, held: list[Told], last: datetime | None, following: datetime | None) -> list[Told]:
        """Rows in repeated hours, each night by itself; with the instants of the trades before and after them."""
        drafts = [draft for _, _, outcome in held if isinstance(outcome, list) for draft in outcome]
        before, after = (following, last) if self.newest_first else (last, following)
        for (_, zone), group in groupby(filter(is_waiting, drafts), night_of):
            night = list(group)
            times = [draft.timestamp for draft in night]
            locals_ = [time.local for time in times]  # type: ignore[union-attr]
            folds = settle_night(locals_, zone, newest_first=self.newest_first, before=before, after=after)
            if folds is None:
                self.nights += len(night)
                folds = [int(self.layout.answers.repeated_hour == "second")] * len(night)
            for draft, time, fold in zip(night, times, folds, strict=True):
                draft.timestamp = time.instant(fold)  # type: ignore[union-attr]
        return held

    def is_newest_first(self) -> bool:
        """Whether most of the first trades are followed by an earlier one; as the profile says if none is."""
        times: list[datetime] = []
        for _, cells in self.table():
            outcome = self.layout.outcome(cells)
            if isinstance(outcome, list) and (time := instant(outcome, 0)):
                times.append(time)
            if len(times) == SAMPLE:
                break
        self.layout.unknown.clear()
        self.layout.no_currency = 0
        later = sum(one < other for one, other in pairwise(times))
        earlier = sum(one > other for one, other in pairwise(times))
        return earlier > later if earlier + later else self.layout.profile.order == "newest first"

    def collected(self) -> dict[str, Fees]:
        """The fees of each order, with the line of its oldest fill."""
        said = self.layout.profile.fee_rows
        assert said
        fields, is_fee = self.layout.fields, words((word, word) for word in said.words)
        column, key = fields.needed(said.column), fields.needed(said.key)
        amount, currency = fields.number(said.amount, "fee"), fields.text(said.currency, "fee_currency")
        found: dict[str, Fees] = {}
        for line, cells in self.table():
            if max(column, key) >= len(cells) or not (name := text_of(cells[key])):
                continue
            cells = [*cells, *[""] * (self.layout.width - len(cells))]
            if len(found) > MAX_FEE_ROWS:
                raise Malformed(line, f"More than {MAX_FEE_ROWS} orders.")
            fees = found.setdefault(name, Fees())
            if is_fee(text_of(cells[column])) and amount:
                cost = Decimal(amount(cells) or 0)
                fees.total = EXACT.subtract(fees.total, cost)  # money that is taken is below zero
                fees.currency = currency(cells) if currency else ""
                fees.rows.append(line)
            elif isinstance(self.layout.outcome(cells), list) and (self.newest_first or not fees.line):
                fees.line = line
        return found

    def charge(self, line: int, cells: list[Cell], drafts: list[Draft]) -> None:
        """Book the fees of an order with its oldest fill."""
        said = self.layout.profile.fee_rows
        assert said
        fees = self.fees.get(text_of(cells[self.layout.fields.needed(said.key)]))
        if fees and fees.line == line and fees.rows:
            drafts[0].fee, drafts[0].fee_currency = f"{fees.total:f}", fees.currency


def cut(table: Table) -> Iterator[list[Cells]]:
    """The rows of a table, some at once; what cannot be read is told after the rows before it."""
    problem: Malformed | None = None
    while not problem:
        batch: list[Cells] = []
        try:
            for row in islice(table, AT_ONCE):
                batch.append(row)  # those before a problem stay
        except Malformed as error:
            problem = error
        if not batch:
            break
        yield batch
    if problem:
        raise problem


def instant(outcome: Texts | list[Draft], at: int) -> datetime | None:
    """When the trade at a place among those of a row was; None without any."""
    text = outcome[at].texts()[4] if isinstance(outcome, list) else outcome[4] if outcome else ""
    return datetime.fromisoformat(text) if text else None


def is_waiting(draft: Draft) -> bool:
    """Whether it is not settled when it was."""
    return isinstance(draft.timestamp, Repeated)


def night_of(draft: Draft) -> tuple[Any, Any]:
    """The night of a trade in a repeated hour, and its zone."""
    time = draft.timestamp
    assert isinstance(time, Repeated)
    return time.local.date(), time.zone
