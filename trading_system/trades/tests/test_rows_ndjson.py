"""Files of trades as rows: NDJSON."""

from decimal import Decimal

import pytest

from trades.files.rows import MAX_ROW, Wrong

from .reading import read


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_ndjson_is_an_object_a_line(end: str) -> None:
    assert read(f'{{"ticker": "A"}}\n\n \t\r\n {{"id": 1, "ticker": "B"}} {end}', "ndjson") == [
        (1, {"ticker": "A"}),
        (4, {"id": 1, "ticker": "B"}),
    ]


def test_an_empty_file_of_ndjson_has_no_rows() -> None:
    assert read("", "ndjson") == read("\ufeff", "ndjson") == read("\n\n", "ndjson") == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "Not JSON: Expecting property name enclosed in double quotes at character 3."),
        ("{} {}", "Not JSON: Extra data at character 4."),
        ("ticker,price", "Not JSON: Expecting value at character 1."),
        ("\u00a0", "Not JSON: Expecting value at character 1."),
        ('{"a": 1, "a": 1}', "A name is given more than once."),
        ("[]", "Must be an object with the fields of a trade."),
        ("null", "Must be an object with the fields of a trade."),
        ("7", "Must be an object with the fields of a trade."),
        ("[" * 50_000, "Not JSON: nested too deeply."),
        ('{"a":' * 10_000, "Not JSON: nested too deeply."),
        ('{"a": "\t"}', "Not JSON: Invalid control character at character 8."),
    ],
)
def test_a_broken_line_is_one_wrong_row(line: str, message: str) -> None:
    assert read(f'{{"a": 1}}\n{line}\n{{"a": 3}}\n', "ndjson") == [
        (1, {"a": Decimal(1)}),
        (2, Wrong(message)),
        (3, {"a": Decimal(3)}),
    ]


@pytest.mark.parametrize(
    "number",
    [
        "0",
        "-0",
        "12",
        "0.1",
        "1.10",
        "-1.5e-7",
        "1E+3",
        "123456789012345678901234567890.123456789",
        "9" * 5000,
        "1e999999",
    ],
)
def test_numbers_keep_every_digit(number: str) -> None:
    [(_, row)] = read(f'{{"price": {number}}}', "ndjson")
    assert type(row["price"]) is Decimal
    assert row["price"].as_tuple() == Decimal(number).as_tuple()


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e99999999999999999999", "-1e-99999999999999999999"]
)
def test_what_is_no_number_is_no_text_either(number: str) -> None:
    [(_, row)] = read(f'{{"ticker": {number}}}', "ndjson")
    assert isinstance(row["ticker"], Decimal)
    assert not row["ticker"].is_finite()


@pytest.mark.parametrize("more", [1, MAX_ROW - 1, MAX_ROW, MAX_ROW + 1, 3 * MAX_ROW])
def test_a_line_of_ndjson_is_at_most_so_long(more: int) -> None:
    longest = '{"note": "' + "x" * (MAX_ROW - 13) + '"}\n'
    assert len(longest) == MAX_ROW
    good = {"note": "x" * (MAX_ROW - 13)}
    wrong = Wrong("A row has at most 65536 characters.")
    assert read(f"{longest}{' ' * more}{longest}{longest}", "ndjson") == [(1, good), (2, wrong), (3, good)]
    assert read(f"{longest}{' ' * more}{longest[:-1]} ", "ndjson") == [(1, good), (2, wrong)]


def test_only_a_newline_ends_a_line_of_ndjson() -> None:
    assert read('{"a":\r"b"}\n{"c": "d\u2028"}', "ndjson") == [(1, {"a": "b"}), (2, {"c": "d\u2028"})]
