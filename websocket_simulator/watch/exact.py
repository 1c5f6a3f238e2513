"""Numbers and instants without rounding and overflow. Pure."""

from datetime import datetime, timedelta
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, Inexact

from tick import LAST_INSTANT

EXACT = Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[Inexact])  # not for divisions
ROUNDED = Context(prec=28)
HALF, INFINITE = Decimal("0.5"), Decimal("Infinity")


def later(instant: datetime, wait: timedelta) -> datetime:
    """That much later, LAST_INSTANT at most."""
    try:
        return instant + wait
    except OverflowError:
        return LAST_INSTANT
