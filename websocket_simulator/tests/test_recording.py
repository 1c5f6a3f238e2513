"""Recordings: read whole, with what is wrong named by its line."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from recording import parse_lines, read_file
from tick import Tick

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)


def test_ticks_of_one_moment_come_together() -> None:
    lines = [
        "ticker,price,quantity,timestamp",
        "A,1.50,7,2025-06-06T12:00:00Z",
        "b,2,0.5,2025-06-06T12:00:00Z",
        "A,3,,2025-06-06T12:00:01Z",
    ]
    later = NOON.replace(second=1)
    assert list(parse_lines(lines, pytest.fail)) == [
        [
            Tick("A", Decimal("1.50"), NOON, quantity=Decimal(7)),
            Tick("B", Decimal(2), NOON, quantity=Decimal("0.5")),
        ],
        [Tick("A", Decimal(3), later)],
    ]


def test_a_quantity_that_is_none_spoils_its_row() -> None:
    problems: list[str] = []
    lines = ["quantity,ticker,price,timestamp", *(f"{bad},A,1,2025-06-06T12:00:00Z" for bad in ("0", "-1", "NaN", "x"))]
    assert not list(parse_lines(lines, problems.append))
    assert [problem.split(":")[0] for problem in problems] == ["line 2", "line 3", "line 4", "line 5"]


def test_a_time_finer_than_a_microsecond_is_rounded_up() -> None:
    lines = ["ticker,price,timestamp", "A,1,2025-06-06T11:59:59.9999991Z", "A,1,2025-06-06T12:00:00.0000000Z"]
    [ticks] = parse_lines(lines, pytest.fail)
    assert [(tick.timestamp, tick.finer) for tick in ticks] == [(NOON, True), (NOON, False)]


def test_rows_that_are_no_ticks_are_passed_over_and_named() -> None:
    problems: list[str] = []
    lines = ["price,ticker,timestamp", "x,A,2025-06-06T12:00:00Z", "1,A", "1,A,2025-06-06T12:00:00Z", "", "1,A,soon"]
    assert list(parse_lines(lines, problems.append)) == [[Tick("A", Decimal(1), NOON)]]
    assert [problem.split(":")[0] for problem in problems] == ["line 2", "line 3", "line 6"]


@pytest.mark.parametrize("lines", [[], ["ticker,price"], ["A,1,2025-06-06T12:00:00Z"]])
def test_missing_columns_are_named(lines: list[str]) -> None:
    with pytest.raises(ValueError, match=r"no column .*timestamp"):
        list(parse_lines(lines, pytest.fail))


def test_a_time_without_an_offset_is_utc() -> None:
    [[tick]] = parse_lines(["ticker,price,timestamp", "A,1,2025-06-06T12:00:00"], pytest.fail)
    assert tick.timestamp == NOON


def test_a_header_beyond_reading_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "recording.csv"
    path.write_text("A" * 200_000)
    with pytest.raises(ValueError, match="field larger"):
        next(read_file(path, pytest.fail))


def test_a_line_beyond_reading_is_an_error() -> None:
    with pytest.raises(ValueError, match="line 2: field larger"):
        list(parse_lines(["ticker,price,timestamp", "A" * 200_000 + ",1,2025-06-06T12:00:00Z"], pytest.fail))


def test_a_crowded_moment_comes_in_parts() -> None:
    lines = ["ticker,price,timestamp", *["A,1,2025-06-06T12:00:00Z"] * 2500]
    assert [len(ticks) for ticks in parse_lines(lines, pytest.fail)] == [1000, 1000, 500]
