"""Positions from checkpoints are those of all trades, whatever was booked, changed or folded before."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from portfolio import checkpoints, positions
from portfolio.holdings import CHECKED
from portfolio.models import Checkpoint, CorporateAction
from reference.models import Account, Instrument
from rest.selection import Selection
from trades.models import Trade
from trades.rollups import folding as rollups

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


Answers = dict[tuple[str, str], list[dict[str, Any]]]  # by method and group


def answers(selection: Selection | None = None) -> Answers:
    return {
        (method, group): positions.positions_of(selection or Trade.objects.selection(), method, group)
        for method in CHECKED
        for group in GROUPS
    }


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answers]:
    """The answers of all trades."""

    def scanned(selection: Selection | None = None) -> Answers:
        with monkeypatch.context() as patch:
            patch.setattr(positions, "rolled_up", lambda *given: None)
            return answers(selection)

    return scanned


def spoil() -> None:
    """Make what is read from checkpoints wrong, to see whether it is."""
    Checkpoint.objects.update(basis=Decimal("123456789"), lots=[], remainders=[])


def bases(selection: Selection | None = None) -> set[str]:
    return {one["cost_basis"] for found in answers(selection).values() for one in found}


ADD = """INSERT INTO trades_trade (account_id, ticker, price, quantity, side, timestamp, currency, fee_currency)
    SELECT account_id, ticker, 99, 7, 'sell', %s, currency, fee_currency FROM trades_trade WHERE ticker = 'AAPL' LIMIT 1"""


@pytest.mark.usefixtures("_year")
def test_positions_are_read_from_checkpoints(scanned: Callable[..., Answers]) -> None:
    assert answers() == scanned()
    spoil()
    assert bases() == {"123456789"}


@pytest.mark.usefixtures("_year")
def test_after_a_checkpoint_only_the_trades_since_are_read() -> None:
    spoil()
    for ticker in ("AAPL", "MSFT"):
        trade(400, ticker=ticker, side="buy", quantity=1, price=5, fee=0).save()
    assert bases() == {"123456794"}


@pytest.mark.parametrize("seed", range(6))
def test_trades_after_a_checkpoint_close_the_lots_before_it(seed: int, scanned: Callable[..., Answers]) -> None:
    """Some, all, and more than there were; some of them at one price, at one time, and closed in part."""
    choose = Random(seed)
    for first_day in (0, 20, 40, 60):
        Trade.objects.bulk_create(
            trade(first_day + choose.randrange(10), side=choose.choice(["buy", "sell"]), quantity=choose.randint(1, 9),
                  price=choose.randint(1, 3), fee=choose.randint(-1, 2))
            for _ in range(choose.randint(1, 12))
        )  # fmt: skip
        assert answers() == scanned()
        fold()


@pytest.mark.usefixtures("_year")
def test_a_change_leaves_the_checkpoints_before_it() -> None:
    before = set(Checkpoint.objects.filter(day__lt=at(345).date()).values_list("pk", flat=True))
    trade(345, 5).save()
    fold()
    assert before
    assert before <= set(Checkpoint.objects.values_list("pk", flat=True))


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
    "what a fee is in": lambda: (
        Trade.objects.filter(ticker="AAPL").update(fee_currency="BTC"),
        fold(),
        Instrument.objects.create(ticker="AAPL", base_asset_id="BTC"),
    ),
}


@pytest.mark.usefixtures("_year")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_positions_stay_those_of_all_trades(change: Callable[[], object], scanned: Callable[..., Answers]) -> None:
    """Before anything is folded, when only the days are, and when all is."""
    change()
    assert answers() == scanned()
    rollups.fold()
    assert answers() == scanned()
    checkpoints.fold()
    assert answers() == scanned()
    assert not checkpoints.fold()
    spoil()
    assert bases() == {"123456789"}


@pytest.mark.usefixtures("_year")
def test_one_ticker_after_a_rename_in_the_middle_of_a_day(scanned: Callable[..., Answers]) -> None:
    given = {"kind": "rename", "ticker": "MSFT", "timestamp": at(180, 1), "to": "NVDA"}  # between two trades
    CorporateAction.objects.enter(given)
    for ticker in ("MSFT", "NVDA"):
        assert answers(Trade.objects.of(ticker)) == scanned(Trade.objects.of(ticker))
    fold()
    for ticker in ("MSFT", "NVDA"):
        assert answers(Trade.objects.of(ticker)) == scanned(Trade.objects.of(ticker))
    spoil()
    assert bases(Trade.objects.of("NVDA")) == {"123456789"}


@pytest.mark.usefixtures("_year")
def test_some_accounts_have_positions_of_their_own(scanned: Callable[..., Answers]) -> None:
    """Of several together there are checkpoints where these are all that trade a ticker."""
    for name in ("other", "third"):
        account = Account.objects.create(name=name, currency_id="USD")
        Trade.objects.bulk_create(trade(day, 5, account=account) for day in range(100, 300, 10))
    fold()
    everything = Trade.objects.selection()
    assert everything.scope
    some = [everything.within(everything.scope.named(*names)) for names in (["main"], ["main", "other"], ["third"])]
    assert [answers(one) for one in some] == [scanned(one) for one in some]
    spoil()
    assert bases(some[0]) == bases(some[2]) == {"123456789"}
    assert bases(some[1]) > {"123456789"}  # of AAPL together, all trades are read


@pytest.mark.usefixtures("_year")
def test_what_is_interrupted_goes_on_with_the_next_ticker(scanned: Callable[..., Answers]) -> None:
    for ticker in ("AAPL", "MSFT"):
        trade(100, 4, ticker=ticker).save()
    rollups.fold()
    assert next(checkpoints.folding()) == "AAPL"
    assert answers() == scanned()
    assert checkpoints.fold() == 1
    assert answers() == scanned()


@pytest.mark.usefixtures("_year")
def test_a_trade_that_is_committed_after_it_began_is_not_forgotten(scanned: Callable[..., Answers]) -> None:
    trade(300, 4).save()
    writer = connection.copy()
    try:
        writer.set_autocommit(False)
        with writer.cursor() as cursor:
            cursor.execute(ADD, [at(90, 7)])
            fold()
            writer.commit()
    finally:
        writer.close()
    assert answers() == scanned()
    fold()
    assert answers() == scanned()


def test_the_command_says_what_it_has_folded() -> None:
    Trade.objects.bulk_create(trade(day) for day in range(5))
    out = StringIO()
    call_command("fold", stdout=out)
    assert out.getvalue().splitlines() == ["Days folded: 5", "Tickers with new checkpoints: 1"]
    spoil()
    assert bases() == {"123456789"}
