"""What the rollups hold, beside what they should; answers without them; and folders that something happens to."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection

from trades.rollups import folding
from trades.rollups.sums import COLUMNS, DAY_OF, joined, rolled

NAMES = ", ".join(COLUMNS)
MARKED = "EXISTS (SELECT FROM trades_mark mark WHERE mark.account_id = found.account_id AND mark.ticker = found.ticker AND {})"
DAYS = rolled(f"SELECT *, {DAY_OF} AS day FROM trades_trade")
MONTHS = joined(DAYS)
IS_DAY, IN_MONTH = "mark.day = found.day", "DATE_TRUNC('month', mark.day)::date = found.day"
# As texts, in which 1.5 is not 1.50.
UNMARKED = "SELECT found::text FROM (SELECT {names} FROM ({rows}) source) found WHERE NOT {marked} ORDER BY 1"
EITHER = [
    (DAYS, "SELECT * FROM trades_day", MARKED.format(IS_DAY)),
    (MONTHS, "SELECT * FROM trades_month", MARKED.format(IN_MONTH)),
]


def texts(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [value for (value,) in cursor.fetchall()]


def require_true_rollups() -> None:
    """Where nothing is marked, rollups are what their trades amount to."""
    for trades, rollups, marked in EITHER:
        of_trades, of_rollups = (
            texts(UNMARKED.format(names=NAMES, rows=rows, marked=marked)) for rows in (trades, rollups)
        )
        assert of_rollups == of_trades


def marks() -> list[Any]:
    return texts("SELECT mark::text FROM trades_mark mark")


@contextmanager
def all_trades_read() -> Iterator[None]:
    """Answers come from the trades, one by one."""
    with ExitStack() as stack:
        for room in ("trades.summary", "trades.counting", "portfolio.rollups"):
            stack.enter_context(patch(f"{room}.pieces_of", lambda *_: None))
        yield


@contextmanager
def before_step(number: int, do: Callable[[], Any]) -> Iterator[None]:
    """Of the folder's first transaction, after it has taken marks: before days are computed (1), or months (2)."""
    replace, left = folding.replace, [number]

    def replace_later(*given: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            do()
        replace(*given)

    with patch.object(folding, "replace", replace_later):
        yield
