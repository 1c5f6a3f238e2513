"""What was held at an instant, against the slow and obvious way: each trade by itself, through each action by itself."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.held import held_at
from portfolio.models import CorporateAction
from reference.models import Account
from trades.models import Trade

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
BEGIN = datetime(2025, 6, 1, tzinfo=UTC)
Row = tuple[str, int, int, bool]  # ticker, hour, quantity, in the second account
Step = tuple[int, int, int | None]  # hour, new units for an old one, or None: OLD becomes NEW
ROWS = st.lists(
    st.tuples(st.sampled_from(["OLD", "NEW", "OTHER"]), st.integers(0, 9), st.integers(-5, 5).filter(bool), st.booleans()),
    max_size=8,
)  # fmt: skip
SPLITS = st.dictionaries(st.tuples(st.sampled_from(["OLD", "NEW"]), st.integers(0, 9)), st.integers(2, 4), max_size=3)


def expected(
    ticker: str, hour: int, rows: list[Row], steps: dict[tuple[str, int], int], renamed: int | None
) -> list[Fraction]:
    """By account."""
    held = [Fraction(0), Fraction(0)]
    for name, booked, quantity, second in rows:
        units, now = Fraction(quantity), name
        for moment in range(booked + 1, hour + 1):
            units *= steps.get((now, moment), 1)
            if now == "OLD" and moment == renamed:
                now = "NEW"
        held[second] += units if now == ticker and booked <= hour else 0
    return held


@settings(max_examples=40)
@given(ROWS, SPLITS, st.none() | st.integers(0, 9), st.integers(0, 9), st.sampled_from(["OLD", "NEW"]))
def test_it_is_the_sum_of_trades_until_then(
    rows: list[Row], splits: dict[tuple[str, int], int], renamed: int | None, hour: int, ticker: str
) -> None:
    steps = {at: ratio for at, ratio in splits.items() if at[1] != renamed}  # one action of a ticker at an instant
    with transaction.atomic():
        accounts = [Account.objects.get(name="main"), Account.objects.create(name="second", currency_id="USD")]
        for name, booked, quantity, second in rows:
            amount, side = Decimal(abs(quantity)), "buy" if quantity > 0 else "sell"
            at = BEGIN + booked * HOUR
            Trade.objects.create(
                ticker=name, price=1, quantity=amount, side=side, timestamp=at, account=accounts[second]
            )
        for (name, moment), ratio in steps.items():
            at = BEGIN + moment * HOUR
            CorporateAction.objects.create(kind="split", ticker=name, timestamp=at, new=ratio, old=1)
        if renamed is not None:
            CorporateAction.objects.create(kind="rename", ticker="OLD", timestamp=BEGIN + renamed * HOUR, to="NEW")
        found = held_at(ticker, BEGIN + hour * HOUR)
        sums = expected(ticker, hour, rows, steps, renamed)
        assert found == {account.pk: Decimal(int(one)) for account, one in zip(accounts, sums, strict=True) if one}
        transaction.set_rollback(True)
