"""Booking, restoring and selecting trades."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, TypeVar

import pgtrigger
from django.db import IntegrityError, connection, models, transaction
from django.db.models.expressions import RawSQL

from reference.managers import ALL, ids, open_to, seen_by
from reference.models import Account
from reference.seeds import MAIN
from rest.rules import Conflict, broken_rule
from rest.selection import Selecting, Selection

from .author import SIGNED, username_of
from .counting import Trades
from .selection import COLUMNS, TRADES

Trade = TypeVar("Trade", bound=models.Model)  # the model, which imports this module

# One account of this name; of several, none.
BOOK = f"""INSERT INTO trades_trade (account_id, {{columns}})
    SELECT id, {{places}} FROM (SELECT id, COUNT(*) OVER () AS same FROM {{scope}} open WHERE {{which}}) account
    WHERE same = 1 RETURNING {", ".join(COLUMNS)}, (SELECT name FROM reference_account WHERE id = account_id)"""  # noqa: S608
# It keeps its id and when it was created; its version begins now, and never before the deletion.
RESTORE = f"""INSERT INTO trades_trade ({", ".join(COLUMNS)}, xid)
    SELECT {", ".join(COLUMNS[:-1])}, GREATEST(CLOCK_TIMESTAMP(), pgh_created_at + INTERVAL '1 microsecond'),
        GREATEST(pg_current_xact_id(), pgh_xid, xid)
    FROM trades_tradeevent WHERE pgh_obj_id = %s AND pgh_label = 'delete' ORDER BY pgh_id DESC LIMIT 1
    ON CONFLICT (id) DO NOTHING RETURNING id"""  # noqa: S608
DELETED = """SELECT account_id FROM trades_tradeevent
    WHERE pgh_obj_id = %s AND pgh_label = 'delete' ORDER BY pgh_id DESC LIMIT 1"""

# It ended no version, and so it has no event of its own: the event of the deletion names who restored the trade.
SIGN = f"""UPDATE trades_tradeevent
    SET pgh_context = {SIGNED}
    WHERE pgh_id = (SELECT MAX(pgh_id) FROM trades_tradeevent WHERE pgh_obj_id = %s AND pgh_label = 'delete')"""  # noqa: S608
KEEPS_OUT = "trades.TradeEvent:append_only"  # all other changes of events


class TradeManager(Selecting, models.Manager[Trade]):
    """`Trade.objects`: books and restores trades, and selects them as a Selection.

    A `user` is a request's; None is somebody who is not logged in.
    """

    table = TRADES
    scope = ALL

    def selection(self) -> Selection:
        """All trades, newest first."""
        return Trades(self.table, scope=self.scope)

    def selection_for(self, user: Any) -> Selection:
        return self.selection().within(seen_by(user))

    def seen_by(self, user: Any) -> models.QuerySet[Trade]:
        """The trades of the accounts that the user sees."""
        return self.filter(account__in=ids(seen_by(user)))

    def book(self, given: dict[str, Any], user: Any = None) -> tuple[Trade, bool]:
        """Add a trade of validated fields. Return it and True; or False with the same trade of the same external_id.

        `account` is a name; without one, it is `main`. IntegrityError if the database has a rule against it, as where
        another trade of the account has the external_id; errors of AccountQuerySet.named if the user may not book
        there. The method `create` would take as long as the INSERT to put the same statement together.
        """
        try:
            with savepoint(given):
                found = connection.execute_planned(*booking(given, user))  # type: ignore[attr-defined]  # of our backend
        except IntegrityError as error:
            if not ((rule := broken_rule(error)) and rule.unique):
                raise
            if existing := self.seen_by(user).select_related("account").filter(**said(given)).first():
                return existing, False
            raise
        if not found:
            account = given.get("account") or Account.objects.get(pk=MAIN).name
            raise Account.objects.refusal(account, user)
        return self.from_row(found[0]), True

    def from_row(self, row: Sequence[Any]) -> Trade:
        """The trade of the values of COLUMNS, with the name of its account behind them."""
        *values, name = row
        trade = self.model.from_db(connection.alias, COLUMNS, values)
        trade.account = Account(id=trade.account_id, name=name)  # type: ignore[attr-defined]  # columns of the model
        return trade

    def restore(self, trade: int, user: Any = None) -> Trade:
        """Put a deleted trade back as it was when it was deleted.

        Conflict if it is there, DoesNotExist if none was deleted that the user sees, PermissionDenied if its account
        may only be read, IntegrityError if another trade has its external_id by now.
        """
        trades = self.seen_by(user).select_related("account").filter(pk=trade)
        with transaction.atomic(), connection.cursor() as cursor:
            account = Account.objects.within(seen_by(user)).filter(pk=RawSQL(DELETED, [trade])).first()  # noqa: S611
            if account and not trades.exists():
                Account.objects.require_open(account, user)
                cursor.execute(RESTORE, [trade])
                if cursor.fetchone():
                    with pgtrigger.ignore(KEEPS_OUT):
                        cursor.execute(SIGN, [trade])
                    return trades.get()
        if trades.exists():
            raise Conflict("The trade is in the ledger.")
        raise self.model.DoesNotExist("No trade with this id was deleted.")  # type: ignore[attr-defined]  # as each model has


def savepoint(given: dict[str, Any]) -> Any:
    """Around an INSERT that other fields than these cannot make fail: they were validated."""
    fails = any(map(given.get, ("external_id", "currency", "fee_currency")))
    return transaction.atomic() if fails else nullcontext()


def booking(given: dict[str, Any], user: Any) -> tuple[str, list[Any]]:
    """The statement that adds a trade, and its parameters."""
    row = {name: value for name, value in given.items() if name != "account"}
    row["created_by"] = username_of(user)
    which, account = ("name = %s", given["account"]) if given.get("account") else ("id = %s", MAIN)
    scope = open_to(user)
    sql = BOOK.format(columns=", ".join(row), places=", ".join(["%s"] * len(row)), scope=scope.sql, which=which)
    return sql, [*row.values(), *scope.parameters, account]


def said(given: dict[str, Any]) -> dict[str, Any]:
    """What a trade has to have to be the one that is given."""
    account = {"account__name": given["account"]} if given.get("account") else {"account": MAIN}
    return {name: value for name, value in given.items() if name != "account" and value not in ("", None)} | account
