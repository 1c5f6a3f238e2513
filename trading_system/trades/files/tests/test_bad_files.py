"""Files that are no files of trades: refused with what they are, soon, and in little memory."""

import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import pytest

from trades.files import packed, sheets
from trades.files.opening import OLE2, PIECE, look

from .samples import MAIN, as_file, cells_of, refusal, row, workbook, zipped

MEMORY = 150 * 1024  # KiB


def read_apart(path: Path) -> str:
    """What a program of its own says of the file; it may not take long, nor much memory."""
    done = subprocess.run(
        [sys.executable, "-m", "trades.files.tests.reading", path],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    memory, _, outcome = done.stdout.partition(" ")
    assert int(memory) < MEMORY
    return outcome


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \r\n\n", "blanks"),
        (b"\x89PNG\r\n\x1a\n\0\0", "picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "picture"),
        (b"\0\0\0\x18ftypheic", "picture"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"7z\xbc\xaf\x27\x1c", "unpack"),
        (b"SQLite format 3\0", "database"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"{\\rtf1\\ansi}", "plain text"),
        (OLE2 + b"\0" * 600 + "Workbook".encode("utf-16-le"), "save it as .xlsx"),
        (OLE2 + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\x7fELF\x02\x01\x01\0", "zero"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "web archive"),
        (b"<svg xmlns='x'></svg>", "'svg'"),
        (b'<?xml version="1.0"?>\n<!-- a --><rss version="2"/>', "'rss'"),
        (b"<" * 1000, "no kind that is known"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "entities"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "save it as .xlsx"),
        (b"<!---->" * 500 + b"x", "no kind that is known"),
    ],
)
def test_what_is_no_file_of_trades_is_refused_with_what_it_is(content: bytes, says: str) -> None:
    line, message = refusal(content)
    assert says in message
    assert line <= 1


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"trades.csv": "a,b\n"}, "trades.csv inside: unpack it"),
        ({"a.csv": "", "b.csv": "", "__MACOSX/a.csv": ""}, "2 files"),
        ({"word/document.xml": ""}, "Word"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}, "OpenDocument"),
        ({"xl/workbook.bin": ""}, ".xlsb"),
        ({"Index/Document.iwa": ""}, "Numbers"),
        ({}, "zip file"),
        ({"xl/workbook.xml": "<workbook/>"}, "broken"),
        ({"xl/workbook.xml": "<workbook", "xl/_rels/workbook.xml.rels": "<Relationships/>"}, "broken"),
        ({"xl/workbook.xml": "<workbook/>", "xl/_rels/workbook.xml.rels": "<Relationships/>"}, "no sheet"),
        (
            {"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>', "xl/_rels/workbook.xml.rels": "<Relationships/>"},
            "broken",
        ),
    ],
)
def test_other_zip_files_are_refused_with_what_they_are(members: dict[str, str | bytes], says: str) -> None:
    assert says in refusal(zipped(members))[1]


def test_a_zip_file_that_breaks_off_is_refused() -> None:
    content = whole(workbook(row(1, "a", 1.5)))
    assert "broken" in refusal(content[:-40])[1]
    assert "broken" in refusal(content[:200] + b"\xff" * 40 + content[240:])[1]


def whole(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def test_a_directory_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MAX_DIRECTORY", 100)
    assert "too many members" in refusal(whole(workbook(row(1, "a", 1.5))))[1]


def test_a_workbook_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MAX_PACKED", 100)
    assert "at most" in refusal(whole(workbook(row(1, "a", 1.5))))[1]


def test_a_sheet_has_a_largest_size_when_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_SHEET", 100)
    assert "larger than" in refusal(whole(workbook(row(1, "a", 1.5))))[1]


def test_a_bomb_in_a_workbook_goes_off_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    small = workbook(row(1, "a"))
    with zipfile.ZipFile(small) as archive, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in archive.namelist():
            if name != "xl/worksheets/sheet1.xml":
                bomb.writestr(name, archive.read(name))
        with bomb.open("xl/worksheets/sheet1.xml", "w") as member:
            member.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            for _ in range(300):
                member.write(b" " * 1024 * 1024)
    assert file.stat().st_size < 1024 * 1024
    assert "more than 2 MiB" in read_apart(file)


def test_a_directory_that_lies_about_sizes_is_not_believed(tmp_path: Path) -> None:
    """It says that a sheet of 200 MB has 200 bytes: no more than these are unpacked."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{row(1, "a")}'.encode() + b" " * 200_000_000
    content = bytearray(whole(workbook("", **{"xl__worksheets__sheet1.xml": sheet})))
    begin = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/worksheets/sheet1.xml"))
    struct.pack_into("<I", content, begin + 24, 200)
    struct.pack_into("<I", content, begin + 16, zlib.crc32(sheet[:200]))
    path = tmp_path / "lie.xlsx"
    path.write_bytes(content)
    assert "breaks off" in read_apart(path)


def test_a_row_of_ten_megabytes_is_refused_in_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_bytes(b"ticker,price\nAAPL," + b"1" * 10_000_000 + b"\n")
    assert "A row has at most" in read_apart(file)


def test_two_gigabytes_of_nothing_are_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "sparse.csv"
    with file.open("wb") as sparse:
        sparse.write(b"ticker,price\n")
        sparse.truncate(2 * 1024**3)
    assert "zero" in read_apart(file)


def test_a_page_of_one_long_tag_is_refused_in_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "long.xls"
    file.write_bytes(b"<html><table><tr><td " + b"x" * 10_000_000)
    assert "A tag" in read_apart(file)


def test_a_large_table_is_read_in_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    file.write_bytes(b"ticker,price,quantity\n" + b"AAPL,227.45,10\n" * 300_000)
    assert read_apart(file) == "300001 rows\n"


def test_a_header_alone_is_a_row() -> None:
    assert cells_of("ticker,price\n") == [["ticker", "price"]]


@pytest.mark.parametrize(("content", "kind"), [(b'{"a": 1}\n', "ndjson"), (b'\n [{"a": 1}]', "json")])
def test_the_ledgers_own_forms_are_known_and_have_no_tables(content: bytes, kind: str) -> None:
    assert look(as_file(content)).kind == kind
    assert "no tables" in refusal(content)[1]


@pytest.mark.parametrize("said", [{"charset": "utf-8"}, {"separator": ";"}])
@pytest.mark.parametrize("content", [whole(workbook(row(1, "a"))), b"OFXHEADER:100", b"<FlexQueryResponse/>"])
def test_what_is_said_of_a_file_that_says_it_itself_is_refused(content: bytes, said: dict[str, str]) -> None:
    assert "say none" in refusal(content, **said)[1]


def test_a_separator_of_json_or_of_a_page_is_refused() -> None:
    assert "say none" in refusal('{"a": 1}', separator=";")[1]
    assert "say none" in refusal("<table><tr><td>a<td>b</table>", separator=";")[1]


def test_a_header_in_angles_is_no_tag() -> None:
    assert cells_of("<TICKER>;<PRICE>\nA;1\n") == [["<TICKER>", "<PRICE>"], ["A", "1"]]


def test_an_old_workbook_is_searched_no_further_than_a_workbook_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MAX_PACKED", PIECE)
    assert "save it as .xlsx" in refusal(OLE2 + b"\0" * PIECE + "EncryptedPackage".encode("utf-16-le"))[1]
