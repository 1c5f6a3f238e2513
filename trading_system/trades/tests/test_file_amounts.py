"""Numbers as files write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.files.amounts import MAX_NUMBER, NumberStyle, Style, plain, settle, styles


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1 234.50", "1234.50"),
        ("1\u00a0234.50", "1234.50"),
        ("1\u202f234\u202f567", "1234567"),
        ("1'234.50", "1234.50"),
        ("1\u2019234.50", "1234.50"),
        ("1,23,456.78", "123456.78"),
        ("$1,234.50", "1234.50"),
        ("US$ 5", "5"),
        ("EUR 1.50", "1.50"),
        ("1.50 USD", "1.50"),
        ("0.1BTC", "0.1"),
        ("CHF 1\u2019000.50", "1000.50"),
        ("150 GBp", "150"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("- $ 5", "-5"),
        ("\u22125", "-5"),
        ("5-", "-5"),
        ("5- EUR", "-5"),
        ("5 EUR-", "-5"),
        ("($1,234.50)", "-1234.50"),
        ("$(1,234.50)", "-1234.50"),
        ("(5) USD", "-5"),
        ("+5", "5"),
        (".8750", "0.8750"),
        ("-.5", "-0.5"),
        ("5.", "5"),
        ("007.50", "7.50"),
        ("-0", "0"),
        ("(0.00)", "0.00"),
        ("1.5E-05", "0.000015"),
        ("15e-1", "1.5"),
        ("125.5E-2", "1.255"),
        (" 5\t", "5"),
    ],
)
def test_a_number_keeps_its_digits_and_loses_all_else(text: str, number: str) -> None:
    assert plain(text, ".") == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,50", "1234.50"),
        ("1.234", "1234"),
        ("1,5", "1.5"),
        ("1 234,5", "1234.5"),
        ("3,80 €", "3.80"),
        ("-,5", "-0.5"),
        ("1,5E-1", "0.15"),
        ("0,125", "0.125"),
    ],
)
def test_a_decimal_comma_is_read_as_one(text: str, number: str) -> None:
    assert plain(text, ",") == number


@pytest.mark.parametrize(
    "text",
    ["", "-", "--", ".", "$", "USD", "n/a", "5%", "1,23", "12,34.5", "1,234,56", "0,125", "1,234 567", "1  234", "1'23",
     "1.234.567", "1.2.3", "1e3", "1E3", "1.23E+05", "1E+00", "(5", "5)", "(-5)", "--5", "-5-", "$5 USD", "1.5K", "1M", "12 DEC",
     "MAR 12", "5 PCT", "１２", "١٢", "1/2", "1:30", "0x10", "NaN", "Infinity", "AAPL 5 AAPL", "9" * (MAX_NUMBER + 1), "1E-999"],
)  # fmt: skip
def test_what_is_no_number_is_none(text: str) -> None:
    assert plain(text, ".") is None


def test_all_digits_of_a_negative_power_are_written() -> None:
    assert plain("1.23456789E-15", ".") == "0.00000000000000123456789"


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**12), max_value=10**12), st.booleans()
)
def test_a_number_with_groups_has_the_value_that_decimal_gives(value: Decimal, comma: bool) -> None:
    written = f"{value:,.8f}"
    if comma:
        written = written.translate(str.maketrans(",.", ".,"))
    read = plain(written, "," if comma else ".")
    assert read is not None
    assert Decimal(read) == value


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=5),
    st.integers(0, 30),
)
def test_a_power_of_ten_divides_exactly(value: Decimal, power: int) -> None:
    read = plain(f"{value:f}E-{power}", ".")
    assert read is not None
    assert Decimal(read) == value.scaleb(-power)


@given(st.text("0123456789.,' -+()$E€USD", max_size=14))
def test_what_is_read_is_always_a_number_in_ascii_digits(text: str) -> None:
    for sign in styles(text):
        number = plain(text, sign)
        assert number is not None
        assert f"{Decimal(number):f}" == number
        written = text.partition("E")[0] if "E" in text.strip("EURSD$€ ") else text  # without a power
        assert {digit for digit in written if digit in "123456789"} == {
            digit for digit in number if digit in "123456789"
        }


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("12", ".,"),
        ("1.234", ".,"),
        ("1,234", ".,"),
        ("1,234.50", "."),
        ("1.50", "."),
        ("1,5", ","),
        ("0,125", ","),
        ("n/a", ""),
    ],
)
def test_a_text_allows_the_signs_with_which_it_is_a_number(text: str, signs: str) -> None:
    assert styles(text) == frozenset(signs)


@pytest.mark.parametrize(
    ("texts", "style"),
    [
        (["1.234", "12.50"], Style(".")),
        (["1.234", "1,5"], Style(",")),
        (["1.234", "1.235"], Style(None, doubt="1.234")),
        (["12", "n/a", ""], Style(".")),
        (["1,000", "7"], Style(None, doubt="1,000")),
        (["1.50", "n/a", "1,50"], Style(None, clash=("1,50", "1.50"))),
        (["1.234,50", "7", "1,234.50"], Style(None, clash=("1.234,50", "1,234.50"))),
        ([], Style(".")),
    ],
)
def test_a_column_settles_the_sign_or_it_is_asked(texts: list[str], style: Style) -> None:
    assert settle(texts) == style
    assert settle(reversed(texts)).decimal == style.decimal


def test_a_contradiction_that_comes_late_is_seen() -> None:
    style = NumberStyle()
    for text in ["1.50"] * 1000:
        style.add(text)
    assert style.settled() == Style(".")
    style.add("2,5")
    assert style.settled().clash == ("2,5", "1.50")
