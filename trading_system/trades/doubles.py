"""A redo books nothing twice: it is refused if trades that equal those of the undo were booked, or put back, since.

Other bytes with the same rows are another file, so their import is not known by its digest.
"""

from typing import Any

from django.db.backends.utils import CursorWrapper

from rest.rules import Conflict

# A trade that came since the undo, by being booked or put back, and equals one that the undo took. Trades of a ticker
# and an instant are looked up by the index, which OFFSET sees to.
SAME = """SELECT trade.id, trade.import_id FROM taken JOIN trades_tradeevent event USING (pgh_id) CROSS JOIN LATERAL (
        SELECT * FROM trades_trade found
        WHERE found.account_id = event.account_id AND found.ticker = event.ticker AND found.timestamp = event.timestamp
        OFFSET 0
    ) trade
    WHERE (trade.side, trade.price, trade.quantity, trade.currency, trade.fee, trade.fee_currency)
            = (event.side, event.price, event.quantity, event.currency, event.fee, event.fee_currency)
        AND (trade.external_id IS NULL OR event.external_id IS NULL)
        AND (trade.created_at > %(undone_at)s OR (trade.updated_at > %(undone_at)s AND EXISTS (
            SELECT FROM trades_tradeevent gone WHERE gone.pgh_obj_id = trade.id AND gone.pgh_label = 'delete')))
    ORDER BY trade.id LIMIT 1"""


def require_none_since(cursor: CursorWrapper, given: dict[str, Any]) -> None:
    """Conflict names a trade that was booked since the undo, and that the redo would double."""
    cursor.execute(SAME, dict(given))
    if found := cursor.fetchone():
        trade, import_ = found
        origin = f" of import {import_}" if import_ else ""
        raise Conflict(f"Trade {trade}{origin}, which came since the undo, equals one of its own. Nothing was redone.")
