"""Tables of HTML pages."""

import pytest

from trades.files import pages
from trades.files.opening import look, open_table

from .samples import as_file, cells_of, refusal, rows_of

PAGE = """<html><head><title>Report</title></head><body>
<table>
<tr><th>Name</th><th>Price</th></tr>
<tr><td>A &amp; B</td>
    <td>1&nbsp;000<br>USD</td></tr>
</table>
</body></html>
"""


def test_a_table_is_read_with_lines_and_entities() -> None:
    assert rows_of(PAGE) == [(3, ["Name", "Price"]), (4, ["A & B", "1 000 USD"])]


@pytest.mark.parametrize(
    "begin",
    ["<table>", "<!DOCTYPE html>\n<html>", "<!-- x --><TABLE>", "\ufeff\n <div>", '<?xml version="1.0"?><html>'],
)
def test_pages_are_known_by_their_tags(begin: str) -> None:
    assert look(as_file(f"{begin}<table><tr><td>a<td>b</table>")).kind == "html"


def test_tags_that_are_left_out_end_what_is_open() -> None:
    assert cells_of("<table><tr><td>a<td>b<tr><td>c<td>d</table>") == [["a", "b"], ["c", "d"]]


def test_a_wide_cell_is_followed_by_empty_ones() -> None:
    assert cells_of('<table><tr><td colspan="3">a<td>b<tr><td colspan=x>c<td colspan=0>d</table>')[0] == [
        "a",
        "",
        "",
        "b",
    ]


def test_hidden_cells_and_scripts_are_left_out() -> None:
    cells = '<td>a<td class="hidden" colspan="8">x<td style="display: none">y<td hidden>z<td>b<script>"<td>c"</script>'
    assert cells_of(f"<table><tr>{cells}</table>") == [["a", "b"]]


def test_tables_are_named_by_their_order_and_inner_ones_are_their_own() -> None:
    page = "<table><tr><td>1<td>2<table><tr><td>3<td>4</table>5<td>6</table><table><tr><td>title</table><table><tr><td>7<td>8</table>"
    found = look(as_file(page))
    assert found.sheets == ("table 1", "table 2", "table 4")
    read = {sheet: [cells for _, cells in open_table(as_file(page), found, sheet)] for sheet in found.sheets}
    assert read == {"table 1": [["1", "2 5", "6"]], "table 2": [["3", "4"]], "table 4": [["7", "8"]]}


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1252"])
def test_pages_have_charsets_as_text_has(charset: str) -> None:
    assert cells_of("<table><tr><td>é<td>ü</table>".encode(charset)) == [["é", "ü"]]


def test_a_page_that_says_its_charset_is_believed_where_it_fits() -> None:
    page = '<html><meta http-equiv="x" content="text/html; charset={}"><table><tr><td>Ж<td>b</table>'
    assert cells_of(page.format("windows-1251").encode("cp1251")) == [["Ж", "b"]]
    assert cells_of(page.format("ascii").encode()) == [["Ж", "b"]]
    assert cells_of(page.format("utf-8").encode("cp1251"), charset="cp1251") == [["Ж", "b"]]


def test_a_page_without_a_table_is_refused() -> None:
    assert "without a table" in refusal("<html><body><form>Password</form></body></html>")[1]


def test_cells_that_never_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_TAG", 1000)
    assert "A tag" in refusal("<table><tr><td>a<td>b</tr>\n<td " + "x" * 5000)[1]
    line, _ = refusal("<table>\n<tr><td>" + "x " * 50_000)
    assert line == 2
    assert refusal("<table>\n<tr>" + '<td colspan="1000">a' * 100)[0] == 2


def test_a_page_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_PAGE", 100)
    assert "at most" in refusal(PAGE)[1]
