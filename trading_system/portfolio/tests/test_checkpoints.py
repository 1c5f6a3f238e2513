"""Positions from checkpoints are those of all trades, whatever was booked, changed or folded before."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portfolio import checkpoints, positions
from portfolio.holdings import CHECKED
from portfolio.models import Checkpoint, CorporateAction
from reference.models import Account, Instrument
from trades.models import Trade
from trades.rollups import fold as rollups

pytestmark = pytest.mark.django_db(transaction=True)

GROUPS = ("none", "account")
BEGIN = datetime(2024, 1, 1, 12, tzinfo=UTC)


def at(day: int, minutes: int = 0) -> datetime:
    return BEGIN + timedelta(days=day, minutes=minutes)


def trade(day: int, number: int = 0, **fields: Any) -> Trade:
    """One of many: sides, prices and quantities go up and down with the day."""
    turn = day * 7 + number
    usual = {
        "ticker": "AAPL", "side": "buy" if turn % 5 < 3 else "sell", "quantity": Decimal(1 + turn % 11) / 3 // 1 + 1,
        "price": Decimal(100 + turn * 37 % 41), "fee": Decimal("0.07") * (turn % 3), "timestamp": at(day, number),
    }  # fmt: skip
    return Trade(**usual | fields)


@pytest.fixture
def _year() -> None:
    """A year's trades of two tickers, folded."""
    Trade.objects.bulk_create(
        trade(day, number, ticker=ticker)
        for ticker in ("AAPL", "MSFT")
        for day in range(0, 360, 3)
        for number in range(2)
    )
    fold()


def fold() -> None:
    rollups.fold()
    checkpoints.fold()


def answers() -> dict[tuple[str, str], list[dict[str, Any]]]:
    return {
        (method, group): positions.positions_of(Trade.objects.selection(), method, group)
        for method in CHECKED
        for group in GROUPS
    }


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[tuple[str, str], list[dict[str, Any]]]]:
    """The answers of all trades."""

    def scanned() -> dict[tuple[str, str], list[dict[str, Any]]]:
        with monkeypatch.context() as patch:
            patch.setattr(positions, "rolled_up", lambda selection: None)
            return answers()

    return scanned


def poisoned(**changes: Any) -> bool:
    """Whether answers tell what a checkpoint says, even if it is wrong."""
    before = answers()
    Checkpoint.objects.update(basis=123456789, **changes)
    return (
        all(one["cost_basis"] == "123456789" for found in answers().values() for one in found) and before != answers()
    )


@pytest.mark.usefixtures("_year")
def test_positions_are_read_from_checkpoints(scanned: Callable[[], Any]) -> None:
    assert answers() == scanned()
    assert poisoned()


CHANGES: dict[str, Callable[[], object]] = {
    "a trade of now": lambda: trade(400, fee=1).save(),
    "a trade of the last day": lambda: trade(357, 9).save(),
    "back-dated": lambda: trade(200, 5, price=77).save(),
    "before all": lambda: trade(-50, side="sell").save(),
    "updated": lambda: Trade.objects.filter(timestamp=at(99)).update(price=1),
    "moved to another ticker": lambda: Trade.objects.filter(timestamp=at(99), ticker="MSFT").update(ticker="AAPL"),
    "deleted": lambda: Trade.objects.filter(timestamp__gte=at(150), timestamp__lt=at(160)).delete(),
    "the last deleted": lambda: Trade.objects.filter(timestamp__gte=at(350)).delete(),
    "all of a ticker deleted": lambda: Trade.objects.filter(ticker="MSFT").delete(),
    "another ticker": lambda: trade(100, ticker="NVDA").save(),
    "another currency": lambda: trade(100, currency="EUR", fee_currency="EUR").save(),
    "in pence": lambda: trade(100, currency="GBX", fee_currency="GBP").save(),
    "a fee in the coin": lambda: Trade.objects.bulk_create(
        trade(day, ticker="BTC-USD", fee=Decimal("0.001"), fee_currency="BTC") for day in range(0, 90, 9)
    ),
    "all gone through zero": lambda: trade(300, 3, side="sell", quantity=100000, price=50).save(),
    "other accounts": lambda: Trade.objects.bulk_create(
        trade(day, 5, account=Account.objects.get_or_create(name="other", currency_id="USD")[0])
        for day in range(100, 300, 10)
    ),
    "a split": lambda: CorporateAction.objects.enter(
        {"kind": "split", "ticker": "AAPL", "timestamp": at(180, 1), "new": 3, "old": 7}
    ),
    "a rename": lambda: CorporateAction.objects.enter(
        {"kind": "rename", "ticker": "MSFT", "timestamp": at(180, 1), "to": "AAPL"}
    ),
    "an instrument": lambda: Instrument.objects.create(ticker="AAPL", multiplier=100),
}


@pytest.mark.usefixtures("_year")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_positions_stay_those_of_all_trades(change: Callable[[], object], scanned: Callable[[], Any]) -> None:
    """Before anything is folded, when only the days are, and when all is."""
    change()
    assert answers() == scanned()
    rollups.fold()
    assert answers() == scanned()
    checkpoints.fold()
    assert answers() == scanned()
    assert not checkpoints.fold()
    assert not CorporateAction.objects.exists() or poisoned()
