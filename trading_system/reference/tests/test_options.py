"""Symbols of options are read by themselves, and a contract is a hundred units."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from portfolio.lots import METHODS
from portfolio.tests.book import book, position
from reference.options import Option, option_of


@pytest.mark.parametrize(
    ("ticker", "option"),
    [
        ("SPY   250620C00450000", Option("SPY", date(2025, 6, 20), "call", Decimal(450))),
        ("SPY250620C00450000", Option("SPY", date(2025, 6, 20), "call", Decimal(450))),
        ("BRKB  240119P00302500", Option("BRKB", date(2024, 1, 19), "put", Decimal("302.5"))),
        ("AAPL1 240119P00000001", Option("AAPL1", date(2024, 1, 19), "put", Decimal("0.001"))),
        ("SPXW  240229C05000000", Option("SPXW", date(2024, 2, 29), "call", Decimal(5000))),
    ],
)
def test_a_symbol_says_what_the_option_is(ticker: str, option: Option) -> None:
    assert option_of(ticker) == option


@pytest.mark.parametrize(
    "ticker",
    [
        "SPY", "SPY  250620C00450000", "SPY    250620C00450000", "SPY   250631C00450000", "SPY   230229C00450000", "SPY   250620X00450000",
        "SPY   250620C0045000", "SPY   250620C004500000", "   SPY250620C00450000", "250620C00450000", "TOOLONG250620C00450000", "spy250620C00450000",
    ],
)  # fmt: skip
def test_what_is_not_quite_one_is_a_ticker_like_any_other(ticker: str) -> None:
    assert option_of(ticker) is None


@pytest.mark.django_db
@pytest.mark.parametrize("method", METHODS)
def test_a_contract_is_a_hundred_units(api: APIClient, method: str) -> None:
    ticker = "SPY   250620C00450000"
    book([("buy", "3", "1.20"), ("sell", "2", "1.50")], ticker, fee="1")
    found: dict[str, Any] = position(api, method)
    assert {name: found[name] for name in ("ticker", "multiplier", "quantity", "average_cost", "cost_basis")} == {
        "ticker": ticker, "multiplier": "100", "quantity": "1", "average_cost": "1.2", "cost_basis": "120",
    }  # fmt: skip
    assert (found["realised_profit"], found["fees"]) == ("60", "2")
    assert found["realised_profit_after_fees"].startswith("58.33")
