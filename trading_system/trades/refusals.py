"""Rows that break a rule of trades: the same rules, from the same place, as for a trade that is booked alone."""

from collections.abc import Sequence

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


def remove_broken(cursor: CursorWrapper, booking: Booking, report: Report) -> int:
    """Remove the rows that break a rule of trades, and return how many."""
    cursor.execute(RULES)
    rules = {name: text.replace("%", "%%") for name, text in cursor.fetchall()} | KNOWN
    broken = ", ".join(f"CASE WHEN ({rule}) IS FALSE THEN '{name}' END" for name, rule in rules.items())
    any_broken = " OR ".join(f"({rule}) IS FALSE" for rule in rules.values())
    cursor.execute(
        f"""WITH refused AS (
            DELETE FROM staged WHERE {any_broken}
            RETURNING line, ARRAY_REMOVE(ARRAY[{broken}], NULL), account, currency, fee_currency
        ) SELECT *, COUNT(*) OVER () FROM refused ORDER BY line LIMIT {report.listed}""",  # noqa: S608
        booking.parameters(),
    )
    found = [
        (line, messages(names) or booking.unknown(dict(zip(KNOWN, values, strict=True)), names), count)
        for line, names, *values, count in cursor.fetchall()
    ]
    return report.refuse_all(found)


def messages(names: Sequence[str]) -> Errors:
    """The errors of a row that breaks the constraints of these names, by field; none for other names."""
    constraints = [name for name in names if name not in KNOWN]
    broken = [rule for name in constraints if (rule := rule_named(name))]
    if constraints and not broken:
        return {None: [f"Breaks {', '.join(constraints)}."]}
    return {rule.field: [rule.message] for rule in broken}
