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

from reference.managers import ALL
from rest.selection import Scope, records

from .change_lines import BEHIND, SEPARATOR
from .places import BEGIN, END, Place


class BeginAnew(Exception):
    """The place is of another ledger, or of a server that has lost what was read from it: read from the beginning."""


class OtherServer(Exception):
    """The database was put into another server, where its ids of transactions mean nothing."""


class Page(NamedTuple):
    """Some changes in their order, and the place behind them."""

    text: str  # a line for each, a JSON object; with SEPARATOR between them, as in an array
    place: Place
    more: bool  # whether there are more already
    lag: float  # seconds since the oldest transaction began that may still write; what came after waits for its end
    accounts: list[int]  # ids of those that were seen
    highest: int  # id of all accounts that there were

    @property
    def lines(self) -> list[str]:
        """Each change, as the text of a JSON object."""
        return self.text.split(SEPARATOR) if self.text else []

    @property
    def is_idle(self) -> bool:
        """Whether it is the end, with nothing before it."""
        return not self.text and not self.more


def changes_after(place: Place | None, scope: Scope, limit: int) -> Page:
    """What comes next, in these accounts, behind a place, or from the beginning: `limit` changes at most.

    Of the next SCANNED changes, those in other accounts are left out: there may be more, although the page is not full.
    BeginAnew or OtherServer if the place means nothing here.
    """
    read = look(place or BEGIN, scope, limit)
    bound = bound_of(read)
    if place and (place.ledger != bound.ledger or (place > bound and not read["is_standby"])):
        raise BeginAnew
    if not read["more"]:
        return page_at(max(bound, place or BEGIN), read)
    xid, trade, event, deletion = read["last"]
    return page_at(Place(xid, trade, event, deletion, bound.ledger), read)


def present(scope: Scope) -> Page:
    """No changes, and the place behind all that there are. OtherServer as above."""
    read = look(END, scope, 1)
    return page_at(bound_of(read), read)


def present_place() -> Place:
    """The place behind all changes that there are."""
    return present(ALL).place


def look(place: Place, scope: Scope, limit: int) -> dict[str, Any]:
    """What one statement sees at its moment, by the names of its columns."""
    sql = f"WITH account AS (SELECT * FROM {scope.sql} account), {BEHIND}"  # noqa: S608  # constants
    [read] = records(sql, (*scope.parameters, *place.key, limit))
    return read


def bound_of(read: dict[str, Any]) -> Place:
    """The place behind all that was there at the moment."""
    if read["own"] != read["system"]:
        raise OtherServer
    return Place(read["bound"], ledger=read["ledger"])


def page_at(place: Place, read: dict[str, Any]) -> Page:
    return Page(read["text"] or "", place, read["more"], float(read["lag"]), read["accounts"], read["highest"])
