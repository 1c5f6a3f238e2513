"""What a ticker says of itself, as PostgreSQL's functions answer it."""

from typing import Any

import pytest
from django.db import connection

from reference.currencies import MINOR_UNITS, major, minor
from reference.models import Instrument

pytestmark = pytest.mark.django_db


def asked(function: str, argument: str | None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT reference_{function}(%s)", [argument])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("ticker", "pair"),
    [
        ("ETH-USD", ["ETH", "USD"]),
        ("XRP/ETH", ["XRP", "ETH"]),
        ("EUR_CHF", ["EUR", "CHF"]),
        ("1INCH-USDT", ["1INCH", "USDT"]),
        ("BRK-B", None),
        ("ETH-ETH", None),
        ("ETH-XYZ", None),
        ("XYZ-USD", None),
        ("ETHUSD", None),
        ("ETH-USD-EUR", None),
        ("eth-usd", None),
        ("ETH -USD", None),
        ("", None),
        (None, None),
    ],
)
def test_a_pair_is_of_two_known_currencies(ticker: str | None, pair: list[str] | None) -> None:
    assert asked("pair", ticker) == pair


def test_an_instrument_of_a_coin_makes_pairs_of_it() -> None:
    assert asked("pair", "NEWC-USD") is None
    Instrument.objects.create(ticker="NEWC", kind="crypto")
    assert asked("pair", "NEWC-USD") == ["NEWC", "USD"]
    assert asked("base_of", "NEWC") == "NEWC"


@pytest.mark.parametrize(
    ("ticker", "currency", "base"),
    [
        ("AAPL", None, None),
        ("ETH-USD", "USD", "ETH"),
        ("ETH", None, "ETH"),
        ("VOD", "GBX", None),
        ("XBTUSD", "USD", "BTC"),
        ("BTC-EUR", "USDT", "WBTC"),
        ("SOL-EUR", "EUR", "SOL"),
    ],
)
def test_an_instrument_has_the_first_word(ticker: str, currency: str | None, base: str | None) -> None:
    Instrument.objects.create(ticker="VOD", currency_id="GBX")
    Instrument.objects.create(ticker="XBTUSD", currency_id="USD", base_asset_id="BTC")
    Instrument.objects.create(ticker="BTC-EUR", currency_id="USDT", base_asset_id="WBTC")
    Instrument.objects.create(ticker="SOL-EUR", name="said of neither")
    assert (asked("currency_of", ticker), asked("base_of", ticker)) == (currency, base)


@pytest.mark.parametrize("code", [*MINOR_UNITS, "GBP", "USD", "ETH", "GBp"])
def test_the_major_unit_is_the_same_in_sql_and_in_python(code: str) -> None:
    assert asked("major", code) == major(code)


@pytest.mark.parametrize(("currency", "unit"), [*((major(unit), unit) for unit in MINOR_UNITS), ("USD", "USD")])
def test_some_currencies_have_a_minor_unit(currency: str, unit: str) -> None:
    assert minor(currency) == unit
