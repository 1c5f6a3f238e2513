"""Whatever transactions do, side by side, a follower that reads in between has exactly what was committed."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference.managers import ALL
from trades.changes import changes_after, present_place
from trades.managers import RESTORE
from trades.models import Trade
from trades.selection import JSON_LINE

from .followers import connections

WRITERS = 3
INSERT = """INSERT INTO trades_trade (ticker, price, quantity, side, note, fee, currency, fee_currency)
    VALUES ('A', 1, 1, 'buy', '', 0, 'USD', 'USD') RETURNING id"""
UPDATE = "UPDATE trades_trade SET price = price + 1 WHERE id = %s RETURNING id"
DELETE = "DELETE FROM trades_trade WHERE id = %s RETURNING id"
STATEMENTS = {"update": UPDATE, "delete": DELETE, "restore": RESTORE}
writers, picks = st.integers(0, WRITERS - 1), st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("insert"), writers, picks),
    st.tuples(st.sampled_from(sorted(STATEMENTS)), writers, picks),
    st.tuples(st.sampled_from(["commit", "commit", "rollback"]), writers, picks),
    st.tuples(st.just("read"), st.integers(1, 3), picks),
)


@pytest.fixture
def others(transactional_db: None) -> Iterator[list[Any]]:
    yield from connections(WRITERS)


class Writers:
    """Each writes in a transaction of its own, and to no trade that another has written and not committed yet."""

    def __init__(self, others: list[Any]) -> None:
        self.others, self.trades = others, list[int]()
        self.holders: dict[int, int] = {}

    def write(self, what: str, writer: int, pick: int) -> None:
        if what == "insert":
            self.take(writer, INSERT, [])
        elif self.trades:
            trade = self.trades[pick % len(self.trades)]
            if self.holders.get(trade, writer) == writer:
                self.take(writer, STATEMENTS[what], [trade])

    def take(self, writer: int, statement: str, values: list[int]) -> None:
        """Execute it, and remember whose the trade is now, if it has written one."""
        cursor = self.others[writer].cursor()
        cursor.execute(statement, values)
        if found := cursor.fetchone():
            self.holders[found[0]] = writer
            self.trades += [found[0]] if statement == INSERT else []

    def end(self, writer: int, how: str) -> None:
        getattr(self.others[writer], how)()
        self.holders = {trade: holder for trade, holder in self.holders.items() if holder != writer}


class Copy:
    """The trades that a follower has, from now on."""

    def __init__(self) -> None:
        self.place, self.trades = present_place(), dict[int, Any]()

    def read(self, size: int) -> bool:
        """Apply a page; whether there are more."""
        page = changes_after(self.place, ALL, size)
        assert len(page.lines) <= size
        assert page.place >= self.place
        for change in map(msgspec.json.decode, page.lines):
            known = self.trades.pop(change["trade"]["id"], None)
            assert (known is None) == (change["change"] in ("insert", "restore"))
            if change["change"] != "delete":
                self.trades[change["trade"]["id"]] = change["trade"]
        self.place = page.place
        return page.more


def book() -> dict[int, Any]:
    lines = "".join(Trade.objects.selection().stream(JSON_LINE)).splitlines()
    return {trade["id"]: trade for trade in map(msgspec.json.decode, lines)}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=st.lists(steps, min_size=20, max_size=60))
def test_a_copy_is_the_book(others: list[Any], done: list[tuple[str, int, int]]) -> None:
    Trade.objects.all().delete()
    writing, copy = Writers(others), Copy()
    try:
        for what, number, pick in done:
            if what == "read":
                copy.read(number)
            elif what in ("commit", "rollback"):
                writing.end(number, what)
            else:
                writing.write(what, number, pick)
    finally:
        for writer in range(WRITERS):
            writing.end(writer, "commit")
    while copy.read(2):
        pass
    assert copy.trades == book()
