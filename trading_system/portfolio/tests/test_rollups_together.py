"""Writers, bulk loads, a folder and readers at once: what is read in a snapshot is what its trades amount to."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from portfolio.lots import METHODS
from portfolio.models import CorporateAction
from portfolio.positions import positions_of
from reference.models import Account
from rest.tests.clients import ApiClient
from trades.models import Trade
from trades.rollups.folding import fold
from trades.summary import sum_up
from trades.tests.files import send

from . import slow_book, slow_summary
from .folding import marks, require_true_rollups
from .histories import ACCOUNTS, DAYS, HOURS, TICKERS
from .slow_book import Asked

pytestmark = pytest.mark.django_db(transaction=True)
WRITES, LOADS, ROWS, READS = 60, 5, 40, 15  # of each thread
COLUMNS = ("ticker", "side", "quantity", "price", "fee", "currency", "fee_currency", "timestamp")
IN_ONE_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"


def a_trade(chance: random.Random) -> dict[str, Any]:
    ticker = chance.choice(TICKERS)
    return {
        "ticker": ticker,
        "side": chance.choice(["buy", "sell"]),
        "quantity": Decimal(chance.choice(["1", "2.50", "0.3"])),
        "price": Decimal(chance.choice(["1.5", "1.50", "-2", "0.123456789"])),
        "fee": Decimal(chance.choice(["0", "0.010", "1", "-0.25"])),
        "currency": "USD",
        "fee_currency": "ETH" if ticker == "ETH-USD" else "USD",
        "timestamp": chance.choice(DAYS) + chance.choice(HOURS),
    }


def write(seed: int, accounts: list[int]) -> None:
    """Of its own trades, now and then several in a transaction; some transactions fail."""
    chance, own = random.Random(seed), list[int]()
    for _ in range(WRITES):
        what = chance.choice(["insert", "insert", "update", "delete", "restore", "several"])
        if what in ("insert", "several") or not own:
            count = 1 + 3 * (what == "several")
            booked = [Trade(account_id=chance.choice(accounts), **a_trade(chance)) for _ in range(count)]
            own += [trade.pk for trade in Trade.objects.bulk_create(booked)]
        elif what == "restore":
            with transaction.atomic():
                number = own[-1]
                Trade.objects.filter(pk=number).delete()
                Trade.objects.restore(number)
                transaction.set_rollback(chance.random() < 0.5)
        elif what == "update":
            Trade.objects.filter(pk=chance.choice(own)).update(**a_trade(chance))
        else:
            Trade.objects.filter(pk=own.pop()).delete()


def load(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(LOADS):
        rows = [COLUMNS, *([a_trade(chance)[name] for name in COLUMNS] for _ in range(ROWS))]
        answer = send(ApiClient(), "\n".join(",".join(map(str, row)) for row in rows))
        assert answer.status_code == 201, answer.content


def read(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(READS):
        begin, end = sorted(chance.choice(DAYS) + chance.choice(HOURS) for _ in range(2))
        ask(chance.choice([Asked(), Asked(end=end), Asked(start=begin, end=end)]), chance.choice(list(METHODS)))


def ask(asked: Asked, method: str) -> None:
    selection = Trade.objects.selection()
    for sql, instant in (("timestamp >= %s", asked.start), ("timestamp <= %s", asked.end)):
        selection = selection.where(sql, instant) if instant else selection
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(IN_ONE_SNAPSHOT)
        assert sum_up(selection)["results"] == slow_summary.summary(asked)
        found = [slow_book.in_fractions(one) for one in positions_of(selection, method, "account")]
        assert found == slow_book.positions(asked, method, "account")


def fold_until(others: list["Future[None]"]) -> int:
    """How many days were folded meanwhile."""
    folded = 0
    while not all(one.done() for one in others):
        folded += fold()
    return folded


@pytest.fixture
def start() -> Iterator[Callable[..., "Future[Any]"]]:
    """Has something done in a thread, with a connection of its own."""

    def in_own_connection(do: Callable[..., Any], *given: Any) -> Any:
        with closing(connection):
            return do(*given)

    with ThreadPoolExecutor(8) as pool:
        yield lambda do, *given: pool.submit(in_own_connection, do, *given)


def test_every_snapshot_is_exact(start: Callable[..., "Future[Any]"]) -> None:
    accounts = [Account.objects.get_or_create(name=name, currency_id="USD")[0].pk for name in ACCOUNTS]
    Trade.objects.create(account_id=accounts[0], **a_trade(random.Random(0)) | {"timestamp": DAYS[0]})
    CorporateAction.objects.create(kind="split", ticker="AAPL", timestamp=DAYS[3] + timedelta(hours=12), new=3, old=1)
    others = [start(write, seed, accounts) for seed in range(3)] + [start(load, 3), start(read, 4), start(read, 5)]
    folder = start(fold_until, others)
    for one in others:
        one.result(timeout=100)
    assert folder.result(timeout=100) > 0
    fold()
    require_true_rollups()
    assert not marks()
    ask(Asked(), "fifo")
