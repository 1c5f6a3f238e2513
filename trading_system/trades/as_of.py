"""The book as it was known at an instant: nothing was, before anything had been booked."""

from typing import Any

from rest import instants
from rest.selection import Selection, records

HINT = (
    "as_of asks for the book as it was known at an instant; end_date for trades up to one, whenever they were booked."
)
SINCE = """SELECT LEAST(
    (SELECT MIN(created_at) FROM trades_trade WHERE account_id = ANY(%(accounts)s)),
    (SELECT MIN(created_at) FROM trades_tradeevent WHERE account_id = ANY(%(accounts)s))) AS since"""


def booked_since(selection: Selection) -> dict[str, Any]:
    """What an answer without trades adds, if it is empty because `as_of` is before anything was booked; else nothing.

    `{"booked_since", "hint"}`: when the first trade of the accounts was booked.
    """
    if selection.instant is None or selection.scope is None:
        return {}
    [row] = records(SINCE, {"accounts": [id_ for id_, _ in selection.scope.accounts()]})
    if row["since"] is None or row["since"] <= selection.instant:
        return {}
    return {"booked_since": instants.render(row["since"]), "hint": HINT}
