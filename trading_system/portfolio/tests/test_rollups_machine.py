"""Whatever happens to the ledger, and whatever was folded: answers from rollups are those from all trades."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from portfolio import checkpoints
from portfolio.candles import Candles, candles_of
from portfolio.in_turn import GROUPS
from portfolio.lots import METHODS
from portfolio.models import CorporateAction
from portfolio.positions import positions_of
from portfolio.rollups import rolled_up
from reference.managers import ALL
from reference.models import Account
from rest.selection import Selection
from trades.models import Side, Trade
from trades.rollups.folding import fold
from trades.summary import sum_up
from trades.tests.followers import connections

from . import slow_book, slow_summary
from .folding import all_trades_read, before_step, marks, require_true_rollups
from .histories import ACCOUNTS, TICKERS, bounds, picks, some_trades, tickers
from .ledger_machine import INSERT, Ledger
from .slow_book import Asked

pytestmark = pytest.mark.django_db(transaction=True)
some = st.sets(st.sampled_from(ACCOUNTS), min_size=1) | st.none()
questions = st.tuples(
    st.builds(Asked, some, st.none() | st.sets(tickers, min_size=1), st.none() | bounds, st.none() | bounds),
    st.sampled_from(["fifo", *METHODS]),
    st.sampled_from(GROUPS),
)
ZONES = ("UTC", "America/New_York", "Asia/Tokyo")
steps, batches = st.integers(1, 2), st.integers(1, 3)


class Killed(Exception):
    """The folder is no more."""


class FoldedLedger(Ledger):
    """The ledger, its folder, and somebody else who writes while it folds."""

    other: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self.moments = list[datetime]()

    @rule()
    def fold(self) -> None:
        fold()
        assert not marks()

    @rule()
    def make_checkpoints(self) -> None:
        checkpoints.fold()

    @rule(batch=batches)
    def fold_in_batches(self, batch: int) -> None:
        with patch("trades.rollups.folding.BATCH", batch):
            fold()
        assert not marks()

    @rule(step=steps, batch=batches)
    def kill_the_folder(self, step: int, batch: int) -> None:
        def kill() -> None:
            raise Killed

        with suppress(Killed), before_step(step, kill), patch("trades.rollups.folding.BATCH", batch):
            fold()

    @rule(step=steps, added=some_trades, pick=picks)
    def fold_while_somebody_writes(self, step: int, added: list[dict[str, Any]], pick: int) -> None:
        [gone] = self.one(pick).values_list("id", flat=True) or [0]

        def write() -> None:
            with self.other.cursor() as cursor:
                cursor.executemany(INSERT, [list(self.row(trade).values()) for trade in added])
                cursor.execute("DELETE FROM trades_trade WHERE id = %s", [gone])
            self.other.commit()

        with before_step(step, write):
            fold()

    @rule(asked=st.lists(questions, min_size=1, max_size=3), past=st.none() | picks)
    def ask(self, asked: list[tuple[Asked, str, str]], past: int | None) -> None:
        instant = None if past is None else self.moments[past % len(self.moments)]
        for one, method, group in asked:
            self.compare(replace(one, instant=instant), method, group)

    @invariant()
    def rollups_are_true_at_each_moment(self) -> None:
        require_true_rollups()
        with connection.cursor() as cursor:
            cursor.execute("SELECT CLOCK_TIMESTAMP()")
            self.moments += cursor.fetchone()

    def teardown(self) -> None:
        self.compare(Asked(), "fifo", "account")
        fold()
        checkpoints.fold()
        for method in METHODS:
            self.compare(Asked(), method, "none")
        for instant in self.moments[:: 1 + len(self.moments) // 4]:
            self.compare(Asked(instant=instant), "fifo", "none")

    def compare(self, asked: Asked, method: str, group: str) -> None:
        """What is answered is what all trades answer, digit for digit, and what is found without the database."""
        selection = selected(asked)
        assert rolled_up(selection, CorporateAction.objects.in_effect(selection.instant)) is not None
        summed, positions = sum_up(selection), positions_of(selection, method, group)
        counts, days = counts_of(selection), days_of(selection)
        with all_trades_read():
            assert summed == sum_up(selection)
            assert positions == positions_of(selection, method, group)
            assert counts == counts_of(selection)
            assert days == days_of(selection)
        assert summed["results"] == slow_summary.summary(asked)
        assert [slow_book.in_fractions(one) for one in positions] == slow_book.positions(asked, method, group)


def counts_of(selection: Selection) -> list[int]:
    """Of all, and of each side."""
    return [selection.count(), *(selection.where("side = %s", side).count() for side in Side.values)]


def days_of(selection: Selection) -> list[Candles]:
    """Candles of days that begin at several times."""
    ticker, *_ = selection.tickers or TICKERS
    return [candles_of(selection.of(ticker), "1d", ZoneInfo(zone), 3) for zone in ZONES]


def selected(asked: Asked) -> Selection:
    selection = Trade.objects.selection()
    if asked.accounts is not None:
        selection = selection.within(ALL.named(*asked.accounts))
    if asked.tickers is not None:
        selection = selection.of(*asked.tickers)
    if asked.start:
        selection = selection.where("timestamp >= %s", asked.start)
    if asked.end:
        selection = selection.where("timestamp <= %s", asked.end)
    return selection.as_of(asked.instant) if asked.instant else selection


@pytest.fixture
def somebody_else() -> Iterator[Any]:
    for [one] in connections(1):
        yield one


def test_answers_from_rollups_are_those_from_all_trades(somebody_else: Any) -> None:
    for name in ACCOUNTS[1:]:
        Account.objects.create(name=name, currency_id="USD")
    FoldedLedger.other = somebody_else
    FoldedLedger.TestCase.settings = settings(max_examples=30, stateful_step_count=30)
    FoldedLedger.TestCase().runTest()
