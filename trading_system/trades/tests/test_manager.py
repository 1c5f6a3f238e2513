"""What is done with trades, without HTTP: they are selected, booked, restored, and their history is read."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pghistory
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portfolio.candles import candles_of
from portfolio.positions import positions_of
from rest.rules import Conflict
from rest.selection import Selection
from trades import summary
from trades.history import events_of
from trades.models import Trade

from .book import FIRST, record

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
GIVEN: dict[str, Any] = {"ticker": "AAPL", "price": Decimal("1.50"), "quantity": Decimal(2), "side": "buy"}


def tickers(selection: Selection) -> list[str]:
    return [json.loads(line)["ticker"] for line in selection.head(100)]


@pytest.fixture
def book() -> list[Trade]:
    return [record(FIRST + HOUR * hour, ticker=ticker)[0] for hour, ticker in enumerate("ABCA")]


def test_a_selection_is_narrowed_step_by_step(book: list[Trade]) -> None:
    assert tickers(Trade.objects.selection()) == ["A", "C", "B", "A"]
    assert tickers(Trade.objects.of("A", "B")) == ["A", "B", "A"]
    assert tickers(Trade.objects.of("A", "B").of("B", "C")) == ["B"]
    assert tickers(Trade.objects.of("A").of("B")) == []
    assert tickers(Trade.objects.between(FIRST, FIRST + 2 * HOUR).of("A", "B").oldest_first()) == ["A", "B"]
    assert Trade.objects.of("A").between(FIRST + HOUR, FIRST + 9 * HOUR).newest_first().count() == 1
    assert Trade.objects.of("A").of("B").count() == 0


def test_a_selection_as_of_an_instant_has_the_versions_of_then(book: list[Trade]) -> None:
    then = book[-1].updated_at
    Trade.objects.filter(pk=book[0].pk).update(ticker="Z")
    Trade.objects.filter(pk=book[1].pk).delete()
    assert tickers(Trade.objects.of("Z", "B")) == ["Z"]
    assert tickers(Trade.objects.of("Z", "B").as_of(then)) == ["B"]


def test_a_trade_is_booked_once_by_its_external_id() -> None:
    named = GIVEN | {"external_id": "x"}
    trade, is_new = Trade.objects.book(named)
    assert (is_new, f"{trade.price}", trade.side, trade.note) == (True, "1.50", "buy", "")
    assert Trade.objects.book(named) == (trade, False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Trade.objects.book(named | {"price": Decimal(2)})
    assert Trade.objects.book(GIVEN)[1]
    assert Trade.objects.count() == 2


def test_a_deleted_trade_is_restored(book: list[Trade]) -> None:
    with pytest.raises(Conflict, match="is in the ledger"):
        Trade.objects.restore(book[0].pk)
    with pytest.raises(Trade.DoesNotExist, match="No trade with this id was deleted"):
        Trade.objects.restore(123456789)
    id_ = book[0].pk
    book[0].delete()
    with pghistory.context(user="ada"):
        assert Trade.objects.restore(id_).ticker == "A"
    [restored, deleted], more = events_of(id_)
    assert (restored["event"], restored["by"], deleted["event"], more) == ("restore", "ada", "delete", None)


def test_a_trade_that_never_was_has_no_history(book: list[Trade]) -> None:
    assert events_of(book[0].pk) == ([], None)
    with pytest.raises(Trade.DoesNotExist):
        events_of(123456789)


def test_what_follows_from_trades_is_plain_values(book: list[Trade], monkeypatch: pytest.MonkeyPatch) -> None:
    assert [position["quantity"] for position in positions_of(Trade.objects.of("A"), "fifo")] == ["2"]
    candles = candles_of(Trade.objects.of("A"), "1h", FIRST.tzinfo, 1)  # type: ignore[arg-type]
    assert ([candle["timestamp"] for candle in candles.rows], candles.before) == (
        ["2025-06-01T03:00:00Z"],
        FIRST + 3 * HOUR - timedelta(microseconds=1),
    )
    with pytest.raises(ValidationError, match="one ticker"):
        candles_of(Trade.objects.of("A", "B"), "1h", FIRST.tzinfo, 1)  # type: ignore[arg-type]
    monkeypatch.setattr(summary, "MAX_SUMMARY", 2)
    with pytest.raises(ValidationError, match="at most 2 tickers"):
        summary.sum_up(Trade.objects.selection())
