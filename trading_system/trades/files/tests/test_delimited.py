"""Rows of text with separators."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.files import delimited
from trades.files.rows import MAX_ROW

from .samples import cells_of, refusal, rows_of


def test_every_row_is_given_with_its_line() -> None:
    text = 'Title\n\nname,note\na,"two\nlines"\nb,1\n,\nTotal,2\n'
    assert rows_of(text) == [
        (1, ["Title"]),
        (2, []),
        (3, ["name", "note"]),
        (4, ["a", "two\nlines"]),
        (6, ["b", "1"]),
        (7, ["", ""]),
        (8, ["Total", "2"]),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_every_way(end: str) -> None:
    assert rows_of(end.join(["a,b", "1,2", "", "3,4"])) == [(1, ["a", "b"]), (2, ["1", "2"]), (3, []), (4, ["3", "4"])]


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c"])
def test_other_signs_end_no_line(sign: str) -> None:
    assert cells_of(f"a,b{sign}c\n1,2\n") == [["a", f"b{sign}c"], ["1", "2"]]


def test_the_line_for_excel_counts_as_a_line() -> None:
    assert rows_of("sep=,\na,b\n") == [(2, ["a", "b"])]


@pytest.mark.parametrize("cell", ['="0001"', '"=""0001"""'])
def test_texts_that_are_shielded_from_excel_are_texts(cell: str) -> None:
    assert cells_of(f"id,n\n{cell},1\n") == [["id", "n"], ["0001", "1"]]


@pytest.mark.parametrize("cell", ["=1+1", '="a', "=", '="'])
def test_other_formulas_stay_as_they_are(cell: str) -> None:
    assert cells_of(f"id;n\n{cell};1\n") == [["id", "n"], [cell, "1"]]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('5" disk,1', ['5" disk', "1"]),
        ('"a 5"" disk",1', ['a 5" disk', "1"]),
        ('"a" 5" disk,1', ['a 5" disk', "1"]),
        ('"a" ,1', ["a ", "1"]),
    ],
)
def test_quotes_within_cells_are_letters(line: str, cells: list[str]) -> None:
    assert rows_of(f"name,n\n{line}\nb,2\n") == [(1, ["name", "n"]), (2, cells), (3, ["b", "2"])]


@pytest.mark.parametrize("rest", ["", "c,2\n", "c,2\nd,3\n" * 50_000, 'c,"d"\ne,3\n'])
def test_a_quote_that_does_not_end_swallows_no_rows(rest: str) -> None:
    line, _ = refusal(f'name,n\na,1\n"b,1\n{rest}')
    assert line == 3


def test_a_quote_that_a_loose_line_opens_swallows_no_rows() -> None:
    assert refusal('name,n\n"a"b,"1\nc,2\n')[0] == 2


def test_a_row_has_a_longest_length() -> None:
    longest = "a," + "b" * (MAX_ROW - 3)
    assert cells_of(f"x,y\n{longest}\n1,2\n")[1:] == [longest.split(","), ["1", "2"]]
    assert refusal(f"x,y\n1,2\n{longest}bb\n1,2\n")[0] == 3


def test_a_row_of_several_lines_has_the_same() -> None:
    line = "b" * 999 + "\n"
    assert len(rows_of(f'x,y\n1,"{line * 60}"\n1,2\n')) == 3
    assert refusal(f'x,y\n1,"{line * 70}"\n1,2\n')[0] == 2


CELL = st.text(st.sampled_from('ab,"\n\r é'), max_size=6)


@given(st.lists(st.lists(CELL, min_size=2, max_size=3), max_size=20), st.sampled_from(["\n", "\r\n", "\r"]))
def test_rows_that_lie_across_blocks_are_read_as_one_reader_reads_them(table: list[list[str]], end: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "MAX_ROW", 64)
        file.seek(0)
        rows = list(delimited.delimited_rows(file, ","))
    assert [cells for _, cells in rows] == table
    reader = csv.reader(io.StringIO(file.getvalue(), newline=""))
    ends = [reader.line_num for _ in reader]
    assert [line for line, _ in rows] == [1, *(line + 1 for line in ends[:-1])][: len(table)]
