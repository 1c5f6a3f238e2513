"""Every change of the ledger, in an order in which nothing is ever missed.

A version of a trade has the id of the transaction in which it began, `xid`. It keeps it when it ends and moves to the
events, so every snapshot has each version in one of the two tables, with the same id. A page ends below the bound of
`rest.commits`: all transactions with ids up to there have ended. So it has all that there will ever be up to its place,
and what is committed later has a higher id, however long its transaction took, and in whatever order they commit.

The transaction with the lower id may be the one that changes a trade last. Its version then takes the id of the version
before: a follower gets both in the order in which they happened, and neither before its transaction has ended, as an id
that is higher than one's own is never below the bound before.

A follower sees the changes in some accounts. A trade that moves out of them is deleted, as far as it can tell. Which
accounts these are is read in the same statement: one that is too young for it has no trades below the bound either.
"""

from typing import Any, NamedTuple

from django.db import connection

from reference.managers import ALL
from rest.selection import Scope

from .change_lines import BEHIND, SCANNED
from .places import BEGIN, END, Place


class BeginAnew(Exception):
    """The place is of another ledger, or of a server that has lost what was read from it: read from the beginning."""


class OtherServer(Exception):
    """The database was put into another server, where its ids of transactions mean nothing."""


class Page(NamedTuple):
    """Some changes in their order, each the text of a JSON object, and the place behind them."""

    lines: list[str]
    place: Place
    more: bool  # whether there are more already
    lag: float  # seconds since the oldest transaction began that may still write; what came after waits for its end
    accounts: list[int]  # ids of those that were seen
    highest: int  # id of all accounts that there were

    @property
    def is_idle(self) -> bool:
        """Whether it is the end, with nothing before it."""
        return not self.lines and not self.more


def changes_after(place: Place | None, scope: Scope, limit: int) -> Page:
    """What comes next, in these accounts, behind a place, or from the beginning: `limit` changes at most.

    Of the next SCANNED changes, those in other accounts are left out: there may be more, although the page is not full.
    BeginAnew or OtherServer if the place means nothing here.
    """
    head, rows = read(place or BEGIN, scope, limit)
    bound = bound_of(head)
    if place and (place.ledger != bound.ledger or (place > bound and not head["is_standby"])):
        raise BeginAnew
    shown = rows[:limit]
    more = len(rows) > limit or bool(rows and rows[-1][1] == SCANNED)
    behind = Place(*shown[-1][2:], bound.ledger) if more else max(bound, place or BEGIN)
    lines = [line for line, *_ in shown if line is not None]
    return Page(lines, behind, more, float(head["lag"]), head["accounts"], head["highest"])


def present(scope: Scope) -> Page:
    """No changes, and the place behind all that there are. OtherServer as above."""
    head, _ = read(END, scope, 1)
    return Page(
        [], bound_of(head), more=False, lag=float(head["lag"]), accounts=head["accounts"], highest=head["highest"]
    )


def present_place() -> Place:
    """The place behind all changes that there are."""
    return present(ALL).place


def read(place: Place, scope: Scope, limit: int) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """What holds for the moment, HEAD, and up to limit + 1 rows `(line, number, xid, trade, event, deletion)`."""
    sql = f"WITH account AS (SELECT * FROM {scope.sql} account), {BEHIND}"  # noqa: S608  # constants
    with connection.cursor() as cursor:
        cursor.execute(sql, (*scope.parameters, place.key, place.key, place.key, limit + 1))
        rows = cursor.fetchall()
    return rows[0][0], [row for _, *row in rows if row[1] is not None]


def bound_of(head: dict[str, Any]) -> Place:
    """The place behind all that a moment shows."""
    if head["own"] != head["system"]:
        raise OtherServer
    return Place(int(head["xid"]), ledger=head["ledger"])
