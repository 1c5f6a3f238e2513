"""Which letters the bytes of a file are."""

import pytest

from trades.files.opening import look
from trades.files.text import PIECE

from .samples import as_file, cells_of, refusal, rows_of

TEXT = "name;price\nNestlé;1\nMünchen;2\n"
ROWS = [["name", "price"], ["Nestlé", "1"], ["München", "2"]]


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_letters_are_read_in_the_charset_of_the_file(charset: str) -> None:
    assert cells_of(TEXT.encode(charset)) == ROWS


@pytest.mark.parametrize(
    ("charset", "found"), [("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-be", "utf-16-be")]
)
def test_a_charset_that_is_sure_raises_no_doubt(charset: str, found: str) -> None:
    file = look(as_file(TEXT.encode(charset)))
    assert (file.charset, file.doubts) == (found, ())


def test_cp1252_is_told_with_the_first_line_that_is_not_utf_8() -> None:
    found = look(as_file(TEXT.encode("cp1252")))
    assert found.charset == "cp1252"
    assert found.doubts == (
        "Line 2 is not UTF-8 (bytes e9), so the file is read as cp1252. If its letters look wrong, say its charset.",
    )


def test_a_charset_that_is_said_overrules_what_fits() -> None:
    assert cells_of("имя;цена\n".encode("cp1251"), charset="cp1251") == [["имя", "цена"]]
    assert cells_of("é;1\n".encode(), charset="cp1252") == [["Ã©", "1"]]


def test_a_charset_that_is_said_and_misfits_is_refused_with_its_line() -> None:
    line, message = refusal(TEXT.encode("cp1252"), charset="utf-8")
    assert line == 2
    assert "e9" in message


@pytest.mark.parametrize("charset", ["klingon", "rot13", "a\0b", "undefined", "punycode", "UTF_7", "unicode_escape"])
def test_a_charset_that_is_none_is_refused(charset: str) -> None:
    assert "No charset" in refusal(TEXT, charset=charset)[1]


def test_utf_16_that_is_said_and_has_no_mark_is_refused() -> None:
    assert "say utf-16-le or utf-16-be" in refusal(TEXT, charset="utf-16")[1]


def test_a_byte_far_behind_decides_for_the_whole_file() -> None:
    lines = PIECE // 4
    content = b"a;b\n" * lines + "é;1\n".encode("cp1252")
    assert f"Line {lines + 1} " in look(as_file(content)).doubts[0]
    assert rows_of(content)[-1] == (lines + 1, ["é", "1"])


def test_bytes_that_are_no_letters_anywhere_are_refused_with_their_line() -> None:
    line, message = refusal(b"a;b\r\nc;d\r\ne;\x81\xe9\r\n")
    assert line == 3
    assert "81" in message


def test_half_a_character_at_the_end_is_refused() -> None:
    assert refusal("a;b\nc;d\n".encode("utf-16") + b"x")[0] == 3


@pytest.mark.parametrize("content", [b"a;b\nc\0;d\n", b"a;b\nc;d\0", b"a,b\n" * PIECE + b"\0"])
def test_zero_bytes_in_text_are_refused_with_their_line(content: bytes) -> None:
    line, message = refusal(content)
    assert line == content.count(b"\n", 0, content.index(b"\0")) + 1
    assert "zero" in message


def test_an_end_of_line_that_two_pieces_share_counts_once() -> None:
    content = b"a" * (PIECE - 1) + b"\r\nb\r\n\xe9\x81"
    assert refusal(content)[0] == 3
