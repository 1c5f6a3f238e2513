"""What is wrong with an instrument is named, by the API and by the database."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from reference.models import Instrument

from .tickers import INSTRUMENTS, address_of

NO_CODE = "The ticker of a currency or coin must be its code, of 2 to 12 letters and digits."
NO_KIND = "Must be one of share, fund, option, future, bond, currency, crypto, index, other."
UNKNOWN = "Unknown currency: XYZ. An instrument of kind currency or crypto makes its ticker a known one."

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"ticker": None}, "ticker", "This field may not be null."),
        ({"ticker": "A;B"}, "ticker", "Must be printable ASCII"),
        ({"ticker": "A" * 65}, "ticker", "Ensure this field has no more than 64 characters."),
        ({"name": "a\nb"}, "name", "Must not have control characters in it."),
        ({"name": "a\0b"}, "name", "Null characters are not allowed."),
        ({"name": "n" * 201}, "name", "Ensure this field has no more than 200 characters."),
        ({"name": 1}, "name", "Not a valid string."),
        ({"kind": "stock"}, "kind", NO_KIND),
        ({"kind": ""}, "kind", NO_KIND),
        ({"kind": ["share"]}, "kind", NO_KIND),
        ({"kind": "crypto", "ticker": "ETH-USD"}, "ticker", NO_CODE),
        ({"kind": "currency", "ticker": "X"}, "ticker", NO_CODE),
        ({"kind": "currency", "ticker": "THIRTEENCHARS"}, "ticker", NO_CODE),
        ({"currency": "xyz"}, "currency", UNKNOWN),
        ({"base_asset": "XYZ"}, "base_asset", UNKNOWN),
        ({"currency": "U$"}, "currency", "Must be the code of a currency, such as USD or BTC."),
        ({"currency": "U\0D"}, "currency", "Must be the code of a currency, such as USD or BTC."),
        ({"currency": "ꜱ" * 3}, "currency", "Must be the code of a currency, such as USD or BTC."),
        ({"currency": 840}, "currency", "Not a valid string."),
        ({"multiplier": 0}, "multiplier", "Must be above zero."),
        ({"multiplier": "-1"}, "multiplier", "Must be above zero."),
        ({"multiplier": "1e"}, "multiplier", "A valid number is required."),
        ({"multiplier": "1" + "0" * 20}, "multiplier", "At most 20 digits before the point."),
        ({"multiplier": f"0.{'0' * 18}1"}, "multiplier", "At most 18 digits after the point."),
        ({"isin": "US0378331006"}, "isin", "Its check digit should be 5: one of its characters is wrong."),
        ({"isin": "US037833100"}, "isin", "Must be two letters, nine letters or digits, and a digit."),
        ({"lot_size": 100}, "lot_size", "Unknown field."),
    ],
)
def test_the_api_names_it(api: APIClient, wrong: dict[str, Any], field: str, message: str) -> None:
    answer = api.post(INSTRUMENTS, {"ticker": "AAPL"} | wrong, format="json")
    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert answer.json()[field][0].startswith(message)
    assert not Instrument.objects.exists()


def test_a_change_is_refused_as_a_new_one_is(api: APIClient) -> None:
    Instrument.objects.create(ticker="ETH-USD")
    answer = api.patch(address_of("ETH-USD"), {"kind": "crypto"})
    assert (answer.status_code, answer.json()["ticker"][0][: len(NO_CODE)]) == (400, NO_CODE)
    assert Instrument.objects.get().kind == "other"


@pytest.mark.parametrize("given", [{"id": 0}, {"created_at": "2020-01-01"}, {"option": {"strike": "1"}}])
def test_what_only_the_server_says_changes_nothing(api: APIClient, given: dict[str, Any]) -> None:
    found = api.post(INSTRUMENTS, {"ticker": "AAPL"} | given, format="json").json()
    [name] = given
    assert found[name] != given[name]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"ticker": "a"}, "ticker_form"),
        ({"name": "a\tb"}, "name_form"),
        ({"kind": "stock"}, "kind_known"),
        ({"kind": "crypto", "ticker": "ETH-USD"}, "ticker_code"),
        ({"multiplier": 0}, "multiplier_above_zero"),
        ({"multiplier": 10**20}, "multiplier_whole_digits"),
        ({"multiplier": f"0.{'0' * 18}1"}, "multiplier_decimals"),
        ({"isin": "us0378331005"}, "isin_form"),
        ({"ticker": "MSFT"}, "ticker_unique"),
    ],
)
def test_the_database_has_the_rules(fields: dict[str, Any], rule: str) -> None:
    Instrument.objects.create(ticker="MSFT")
    with pytest.raises(IntegrityError, match=f"instrument_{rule}"), transaction.atomic():
        Instrument.objects.create(**{"ticker": "AAPL"} | fields)


@pytest.mark.parametrize("isin", ["US0378331006", "QQ0000000000"])
def test_the_model_refuses_an_isin_that_is_none(isin: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Instrument(ticker="AAPL", isin=isin).full_clean()
    assert list(refused.value.message_dict) == ["isin"]
