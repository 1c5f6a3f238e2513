"""Rows that are refused: those that break a rule of trades, by the same rules, from the same place, as for a trade that
is booked alone; and what is refused for other reasons, as here.

Of rows with one number, which are trades of one row of the file, all are refused with one.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper

from rest.rules import rule_named

from .booking import Booking
from .report import Report
from .staging import Errors

RULES = """SELECT conname, pg_get_expr(conbin, conrelid) FROM pg_constraint
    WHERE contype = 'c' AND conrelid = 'trades_trade'::regclass ORDER BY conname"""
# What triggers ask of each statement, asked of each row here.
KNOWN = {
    "account": "account IS NULL OR account = ANY(%(names)s)",
    "currency": "currency IN (SELECT code FROM reference_currency)",
    "fee_currency": "fee_currency IN (SELECT code FROM reference_currency)",
}
FIRST = """SELECT refused.*, COUNT(*) OVER () FROM (SELECT DISTINCT ON (line) * FROM refused ORDER BY line) refused
    ORDER BY line LIMIT %s"""
REMOVE = "DELETE FROM staged WHERE line IN (SELECT line FROM refused)"


def remove_refused(
    cursor: CursorWrapper, sql: str, given: Any, report: Report, errors_of: Callable[..., Errors]
) -> int:
    """Remove the rows whose lines a SELECT finds, and return how many.

    Its first column is `line`; `errors_of` is called with the others.
    """
    cursor.execute("DROP TABLE IF EXISTS pg_temp.refused")
    cursor.execute(f"CREATE TEMPORARY TABLE refused ON COMMIT DROP AS {sql}", given)
    if not cursor.rowcount:
        return 0
    cursor.execute(FIRST, [report.listed])
    found = cursor.fetchall()
    report.refuse_all(((line, errors_of(*values)) for line, *values, _ in found), found[0][-1])
    cursor.execute(REMOVE)
    return int(cursor.rowcount)


def remove_torn(cursor: CursorWrapper, lines: Iterable[int]) -> int:
    """Remove the rows of these lines, of which another was refused already; return how many."""
    cursor.execute("DELETE FROM staged WHERE line = ANY(%s)", [list(lines)])
    return int(cursor.rowcount)


def remove_broken(cursor: CursorWrapper, booking: Booking, report: Report) -> int:
    """Remove the rows that break a rule of trades, and return how many."""
    cursor.execute(RULES)
    rules = {name: text.replace("%", "%%") for name, text in cursor.fetchall()} | KNOWN
    broken = ", ".join(f"CASE WHEN ({rule}) IS FALSE THEN '{name}' END" for name, rule in rules.items())
    any_broken = " OR ".join(f"({rule}) IS FALSE" for rule in rules.values())
    sql = f"""SELECT line, ARRAY_REMOVE(ARRAY[{broken}], NULL) AS broken, account, currency, fee_currency
        FROM staged WHERE {any_broken}"""  # noqa: S608

    def errors_of(names: list[str], *values: str) -> Errors:
        return messages(names) or booking.unknown(dict(zip(KNOWN, values, strict=True)), names)

    return remove_refused(cursor, sql, booking.parameters(), report, errors_of)


def messages(names: Sequence[str]) -> Errors:
    """The errors of a row that breaks the constraints of these names, by field; none for other names."""
    constraints = [name for name in names if name not in KNOWN]
    broken = [rule for name in constraints if (rule := rule_named(name))]
    if constraints and not broken:
        return {None: [f"Breaks {', '.join(constraints)}."]}
    return {rule.field: [rule.message] for rule in broken}
