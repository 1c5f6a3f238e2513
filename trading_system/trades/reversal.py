"""An import is undone as one change, and can be redone: its trades go and come back with their ids and their history.

Undone is what is as the import left it: trades that were changed since stay, and are told. The events of the deletions
name the import, and so redoing finds what the undo took, and nothing that was deleted otherwise. A trade that the
import corrected goes back to its version before, unless it was changed since.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pghistory
import pgtrigger
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models.functions import Now
from django.db.transaction import atomic

from reference.managers import open_to, reason, seen_by
from rest import instants
from rest.rules import Conflict

from .author import SIGNED, USER, username_of
from .booking import HOLD
from .doubles import require_none_since
from .external_ids import IMPORT
from .imports import Import, State
from .known import LOCK, NO_LOOPS
from .managers import KEEPS_OUT
from .models import Trade
from .selection import COLUMNS, OWN_FIELDS

LISTED = 100  # trades that are named of those that stay
UNDOES = "undone_import"  # the key of the context of the events that an undo writes
TOO_OLD = "It was booked before imports remembered their trades."

OWN = "import_id = %(import)s AND id BETWEEN %(first)s AND %(last)s"
WAS_CHANGED = "EXISTS (SELECT FROM trades_tradeevent WHERE pgh_obj_id = trades_trade.id AND pgh_label = 'update')"
DELETE = f"DELETE FROM trades_trade WHERE {OWN} AND NOT {WAS_CHANGED}"  # noqa: S608
CHANGED = f"SELECT id FROM trades_trade WHERE {OWN}"  # noqa: S608  # what is still there after DELETE

# The version that a change of this import, or of its undo, has ended, if that was the last change.
VERSION = """trades_tradeevent event WHERE trade.id = ANY(%(corrected)s) AND event.pgh_obj_id = trade.id
    AND pgh_label = 'update' AND event.pgh_created_at = trade.updated_at AND pgh_context->>%(by)s = %(import)s::text"""
BACK = f"""UPDATE trades_trade trade SET {
    ", ".join(f"{name} = event.{name}" for name in COLUMNS if name in OWN_FIELDS)
} FROM {VERSION}"""  # noqa: S608
KEPT = f"SELECT id FROM trades_trade trade WHERE id = ANY(%(corrected)s) AND NOT EXISTS (SELECT FROM {VERSION})"  # noqa: S608

# The deletions by the undo that are the last that has happened to their trades.
TAKEN = f"""DROP TABLE IF EXISTS pg_temp.taken; CREATE TEMPORARY TABLE taken ON COMMIT DROP AS
    SELECT pgh_id, id FROM trades_tradeevent event
    WHERE pgh_obj_id BETWEEN %(first)s AND %(last)s AND import_id = %(import)s AND pgh_label = 'delete'
        AND pgh_context->>'{UNDOES}' = %(import)s::text
        AND NOT EXISTS (SELECT FROM trades_trade WHERE id = event.id)
        AND NOT EXISTS (
            SELECT FROM trades_tradeevent later
            WHERE later.pgh_obj_id = event.pgh_obj_id AND later.pgh_id > event.pgh_id
        )"""  # noqa: S608
RESTORE = f"""INSERT INTO trades_trade ({", ".join(COLUMNS)}, xid)
    SELECT {", ".join(f"event.{name}" for name in COLUMNS[:-1])},
        GREATEST(CLOCK_TIMESTAMP(), pgh_created_at + INTERVAL '1 microsecond'),
        GREATEST(pg_current_xact_id(), pgh_xid, xid)
    FROM trades_tradeevent event JOIN taken USING (pgh_id) ORDER BY event.id ON CONFLICT DO NOTHING"""  # noqa: S608
SIGN = f"""UPDATE trades_tradeevent SET pgh_context = {SIGNED}
    FROM taken JOIN trades_trade USING (id) WHERE trades_tradeevent.pgh_id = taken.pgh_id"""  # noqa: S608
STAY_OUT = "SELECT id FROM taken WHERE NOT EXISTS (SELECT FROM trades_trade WHERE id = taken.id)"
BOOKED_AGAIN = """SELECT other.id FROM trades_import other
    JOIN trades_importedlines line ON line.import_id = other.id
    JOIN trades_importedlines own ON own.account_id = line.account_id AND own.import_id = %(import)s
    WHERE other.id <> %(import)s AND other.digest = %(digest)s AND other.undone_at IS NULL
        AND other.booked_at > %(undone_at)s AND line.lines && own.lines
    ORDER BY other.id LIMIT 1"""


@dataclass
class Outcome:
    """How many trades went or came back, how many corrections were taken back or made again, and what stays."""

    trades: int
    corrections: int
    left: int = 0
    left_trades: list[int] = field(default_factory=list)  # the first of those that stay as they are


def undo(import_: int, user: Any = None) -> Outcome:
    """Take an import back. Conflict if it is not booked, or too old; PermissionDenied names an account."""
    with act(import_, user) as (cursor, record, given):
        require(record, State.BOOKED)
        if record.first_trade is None and not given["corrected"]:
            raise Conflict(TOO_OLD if record.created is None else "It has added nothing.")
        with author(user, **{UNDOES: import_}):
            trades = run(cursor, DELETE, given)
            kept = listed(cursor, f"{CHANGED} UNION ALL {KEPT}", given | {"by": IMPORT}, user)
            corrections = run(cursor, BACK, given | {"by": IMPORT})
        record.undone_at = Now()
        record.save(update_fields=["undone_at"])
        return Outcome(trades, corrections, *kept)


def redo(import_: int, user: Any = None) -> Outcome:
    """Book again what the undo took. Conflict if it is not undone, or if another import of the file has booked it.

    Conflict as well if trades that equal those of the undo were booked since, as from other bytes with the same rows.
    """
    with act(import_, user) as (cursor, record, given):
        require(record, State.UNDONE)
        cursor.execute(BOOKED_AGAIN, given | {"digest": record.digest, "undone_at": record.undone_at})
        if found := cursor.fetchone():
            raise Conflict(f"Import {found[0]} has booked them again.")
        with author(user, **{IMPORT: import_}):
            cursor.execute(TAKEN, given)
            require_none_since(cursor, given | {"undone_at": record.undone_at})
            trades = run(cursor, RESTORE, given)
            with pgtrigger.ignore(KEEPS_OUT):
                cursor.execute(SIGN)
            kept = listed(cursor, f"{STAY_OUT} UNION ALL {KEPT}", given | {"by": UNDOES}, user)
            corrections = run(cursor, BACK, given | {"by": UNDOES})
        record.undone_at = None
        record.save(update_fields=["undone_at"])
        return Outcome(trades, corrections, *kept)


@contextmanager
def act(import_: int, user: Any) -> Iterator[tuple[CursorWrapper, Import, dict[str, Any]]]:
    """A transaction in which the import changes: a cursor, the record, and parameters of statements about its trades.

    DoesNotExist if the user does not see it. Imports into its accounts at this moment are waited for.
    """
    with atomic(), connection.cursor() as cursor:
        record = Import.objects.seen_by(user).select_for_update(of=["self"]).get(pk=import_)
        lines = list(record.lines.all())
        accounts = sorted(line.account for line in lines)
        cursor.execute(NO_LOOPS)
        cursor.execute(LOCK, {"accounts": accounts})
        cursor.execute(HOLD, [accounts])
        require_open(accounts, user)
        corrected = [trade for line in lines for trade in line.corrected]
        yield cursor, record, {
            "import": import_, "first": record.first_trade, "last": record.last_trade, "corrected": corrected
        }  # fmt: skip


def require_open(accounts: list[int], user: Any) -> None:
    """PermissionDenied names the first of the accounts in which the user may not book."""
    open_ = {id_ for id_, _ in open_to(user).accounts()}
    if closed := [id_ for id_ in accounts if id_ not in open_]:
        names = dict(seen_by(user).accounts())
        if closed[0] in names:
            raise PermissionDenied(reason(names[closed[0]], 1))
        raise PermissionDenied("You may not book any more in an account that it went into.")


def require(record: Import, state: State) -> None:
    """Conflict says since when it is in another state."""
    if record.state == state:
        return
    if record.undone_at:
        raise Conflict(f"It was undone at {instants.render(record.undone_at)}.")
    raise Conflict("It is booked." if record.booked_at else "It is not booked yet.")


def author(user: Any, **more: Any) -> Any:
    """The context of events: who has changed trades, and for which import."""
    return pghistory.context(**{USER: username_of(user)}, **more)


def run(cursor: CursorWrapper, sql: str, given: dict[str, Any]) -> int:
    """Execute a statement, and return how many rows it has written."""
    cursor.execute(sql, dict(given))  # pghistory adds to what it gets
    return int(cursor.rowcount)


def listed(cursor: CursorWrapper, sql: str, given: dict[str, Any], user: Any) -> tuple[int, list[int]]:
    """How many trades a SELECT finds, and the first of them, without those that were moved out of the user's sight."""
    cursor.execute(f"SELECT id, COUNT(*) OVER () FROM ({sql}) kept ORDER BY id LIMIT {LISTED}", given)  # noqa: S608
    found = cursor.fetchall()
    if not found:
        return 0, []
    ids = [id_ for id_, _ in found]
    moved = set(Trade.objects.filter(pk__in=ids).values_list("pk", flat=True)) - set(
        Trade.objects.seen_by(user).filter(pk__in=ids).values_list("pk", flat=True)
    )
    return found[0][1], [id_ for id_ in ids if id_ not in moved]
