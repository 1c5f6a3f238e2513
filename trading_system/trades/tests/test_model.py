"""The rules hold for whoever writes: each is a constraint, and SQL meets it too."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.utils import DataError, IntegrityError
from django.utils import timezone

from rest.tests.clients import ApiClient
from trades.models import Trade

from .sql import GOOD, insert

pytestmark = pytest.mark.django_db


def test_sql_may_write_a_good_row_and_leave_the_times_out() -> None:
    insert()
    trade = Trade.objects.get()
    assert trade.created_at == trade.updated_at
    assert str(trade) == "buy 10 AAPL at 170.25"


@pytest.mark.parametrize("ticker", ["aapl", "", " AAPL", "AAPL ", "AAPL\n", "A;B", "ÄPFEL", "🚀"])
def test_it_refuses_tickers_of_another_form(ticker: str) -> None:
    with pytest.raises(IntegrityError, match="trade_ticker_form"):
        insert(ticker=ticker)


def test_it_refuses_long_tickers() -> None:
    with pytest.raises(DataError):
        insert(ticker="A" * 65)


@pytest.mark.parametrize("field", ["price", "quantity"])
@pytest.mark.parametrize(
    ("amount", "rule"),
    [("1e20", "whole_digits"), ("NaN", "whole_digits"), ("Infinity", "whole_digits"), ("1e-19", "decimals")],
)
def test_it_refuses_amounts_of_too_many_digits(field: str, amount: str, rule: str) -> None:
    with pytest.raises(IntegrityError, match=f"trade_{field}_{rule}"):
        insert(**{field: Decimal(amount)})


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_it_refuses_quantities_that_are_not_above_zero(amount: str) -> None:
    insert(price=Decimal(amount))
    with pytest.raises(IntegrityError, match="trade_quantity_above_zero"):
        insert(quantity=Decimal(amount))


@pytest.mark.parametrize("side", ["BUY", "hold", ""])
def test_it_refuses_other_sides(side: str) -> None:
    with pytest.raises(IntegrityError, match="trade_side_known"):
        insert(side=side)


def test_it_refuses_timestamps_more_than_a_day_ahead() -> None:
    insert(timestamp=timezone.now() + timedelta(hours=23))
    with pytest.raises(IntegrityError, match="trade_timestamp_ahead"):
        insert(timestamp=timezone.now() + timedelta(hours=25))


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("timestamp", "0001-01-01T00:00:00Z BC", "timestamp_year"),
        ("external_id", "", "external_id_form"),
        ("external_id", " a", "external_id_form"),
        ("external_id", "é", "external_id_form"),
        ("note", "\x01", "note_form"),
        ("note", "\x7f", "note_form"),
        ("note", "x" * 501, "note_length"),
    ],
)
def test_it_refuses_times_names_and_notes_that_the_api_refuses(field: str, value: str, rule: str) -> None:
    insert(timestamp="0001-01-01T00:00:00Z", external_id="a b", note="\t\r\n" + "ü" * 497)
    with pytest.raises(IntegrityError, match=f"trade_{rule}"):
        insert(**{field: value})


@pytest.mark.parametrize("field", [*GOOD, "created_at", "updated_at"])
def test_no_field_may_be_null(field: str) -> None:
    with pytest.raises(IntegrityError, match="null value"):
        insert(**{field: None})


def test_a_rule_that_only_the_database_saw_broken_is_a_field_error(monkeypatch: pytest.MonkeyPatch) -> None:

    from trades.serializers import TradeSerializer

    monkeypatch.setattr(TradeSerializer, "run_validation", lambda self, data: GOOD | {"quantity": Decimal(-1)})
    answer = ApiClient().post("/api/trades/", GOOD)
    assert (answer.status_code, answer.json()) == (400, {"quantity": ["Must be above zero."]})


def test_every_save_notes_the_time(fill: dict[str, Any]) -> None:
    trade = Trade.objects.create(**fill)
    before = trade.updated_at
    trade.price = Decimal(1)
    trade.save(update_fields=["price"])
    assert Trade.objects.get().updated_at == trade.updated_at > before
