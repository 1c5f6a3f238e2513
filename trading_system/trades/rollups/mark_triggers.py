"""What marks a day: the statements that change its trades, each once, whatever their number."""

import pgtrigger

from .sums import DAY_OF

MARK = "INSERT INTO trades_mark (account_id, ticker, day)"
DAYS_OF = f"SELECT {{distinct}}account_id, ticker, {DAY_OF} FROM {{rows}}"  # noqa: S608
ONCE = DAYS_OF.replace("{distinct}", "DISTINCT ")
EACH = DAYS_OF.replace("{distinct}", "")
WRITTEN, REMOVED = "written", "removed"  # the transition tables


def marks() -> list[pgtrigger.Trigger]:
    """Sums would make writers of one ticker wait for each other; marks are added beside each other."""
    return [
        marking(pgtrigger.Insert, ONCE.format(rows=WRITTEN), new=WRITTEN),
        marking(pgtrigger.Delete, ONCE.format(rows=REMOVED), old=REMOVED),
        marking(
            pgtrigger.Update,
            f"{EACH.format(rows=WRITTEN)} UNION {EACH.format(rows=REMOVED)}",
            new=WRITTEN,
            old=REMOVED,
        ),
        pgtrigger.Trigger(
            name="rolled_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Truncate,
            # Not TRUNCATE, which PostgreSQL refuses where all these tables are truncated by one statement.
            func="DELETE FROM trades_mark; DELETE FROM trades_day; DELETE FROM trades_month; RETURN NULL;",
        ),
    ]


def marking(operation: pgtrigger.Operation, days: str, **tables: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"rolled_{str(operation).lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**tables),  # type: ignore[no-untyped-call]
        func=f"{MARK} {days}; RETURN NULL;",
    )
