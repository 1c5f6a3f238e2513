"""Which separator a text has."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.files.cells import Unclear
from trades.files.opening import look

from .samples import as_file, cells_of, refusal

PLAIN = st.text(st.characters(codec="utf-8", exclude_characters=",;\t|\0", exclude_categories=["Cs"]), max_size=5)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_that_cuts_all_rows_is_found(separator: str) -> None:
    text = "name,price,day\na,1,2025-01-02\nb,2,2025-01-03\n".replace(",", separator)
    assert look(as_file(text)).separator == separator


def test_decimal_commas_are_no_separators_where_the_header_has_none() -> None:
    assert look(as_file("name;price;fee\na;1,5;0,1\nb;2,5;0,2\n")).separator == ";"


def test_rows_of_other_widths_do_not_mislead() -> None:
    text = "Kontoauszug, Depot 1\n\nname;price;fee\na;1,5;0,1\nb;2,5;0,2\nTotal;4,0\n"
    assert look(as_file(text)).separator == ";"


def test_separators_in_quotes_do_not_count() -> None:
    assert look(as_file('"name","a;b;c"\n"x","d;e;f"\n"1,2,3","g;h;i"\n')).separator == ","


def test_two_that_fit_are_asked_for() -> None:
    with pytest.raises(Unclear) as asked:
        look(as_file("a,b;c,d\n1,2;3,4\n"))
    assert asked.value.name == "separator"
    assert asked.value.options == (",", ";")
    assert "comma" in asked.value.message


def test_rows_of_uneven_width_do_not_let_decimal_commas_win() -> None:
    with pytest.raises(Unclear):
        look(as_file("1,5;2\n1,5;2;3\n1,5;2\n1,5;2;3\n"))


def test_what_is_said_overrules_what_fits() -> None:
    assert cells_of("a,b;c,d\n1,2;3,4\n", separator=";") == [["a,b", "c,d"], ["1,2", "3,4"]]


def test_what_is_said_has_to_be_a_separator() -> None:
    assert "comma, semicolon, tab, pipe" in refusal("a:b\n", separator=":")[1]


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_line_for_excel_says_it_and_is_no_row(line: str) -> None:
    assert cells_of(f"{line}\na;1,5\n") == [["a", "1,5"]]


def test_a_line_for_excel_with_another_sign_is_refused() -> None:
    assert "separator" in refusal("sep=^\na^b\n")[1]


def test_a_file_of_one_column_has_a_comma() -> None:
    assert look(as_file("name\na\nb\n")).separator == ","


@given(
    st.sampled_from(",;\t|"),
    st.integers(2, 6).flatmap(
        lambda width: st.lists(st.lists(PLAIN, min_size=width, max_size=width), min_size=1, max_size=9)
    ),
)
def test_a_table_that_was_written_is_read_as_it_was(separator: str, table: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(table)
    assert cells_of(file.getvalue(), charset="utf-8") == table
