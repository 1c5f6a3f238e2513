"""The file that follows a ledger: whole pages and nothing else, whatever happens to the process that writes it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from following.lines import Changes
from following.record import Record

SOURCE = "http://ledger/api/trades/changes/"
FULL = """
import resource, sys
from pathlib import Path
from following.record import Record
from following.lines import Changes
import msgspec

with Record(Path(sys.argv[1])) as record:
    resource.setrlimit(resource.RLIMIT_FSIZE, (record.size + 100, -1))
    record.append(Changes([msgspec.Raw(b'{"change":"insert"}')] * 10, "b", False), "")
"""


def page(cursor: str, *texts: str) -> Changes:
    return Changes([msgspec.Raw(text.encode()) for text in texts], cursor, more=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trades.ndjson"


def keep(path: Path, *pages: Changes) -> None:
    with Record(path) as record:
        for each in pages:
            record.append(each, SOURCE)


def cursor_of(path: Path) -> str | None:
    with Record(path) as record:
        return record.cursor


def test_a_new_file_is_private_and_begins_with_its_source(path: Path) -> None:
    keep(path, page("a", '{"change": "insert"}'))
    assert path.read_text() == (
        f'{{"begin":"{SOURCE}"}}\n{{"change":"insert"}}\n{{"cursor":"a","more":false}}\n'
    )  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_goes_on_at_the_last_cursor(path: Path) -> None:
    keep(path, page("a", "1"), page("b", "2"))
    assert cursor_of(path) == "b"
    keep(path, page("c", "3"))
    assert path.read_text().count("begin") == 1
    assert cursor_of(path) == "c"


def test_whatever_a_page_is_torn_at_the_next_process_cuts_it_off(path: Path) -> None:
    keep(path, page("a", "1"))
    whole = path.read_bytes()
    keep(path, page("b", "2"))
    both = path.read_bytes()
    for size in range(len(whole), len(both)):
        path.write_bytes(both[:size])
        assert cursor_of(path) == "a"
        assert path.read_bytes() == whole


def test_a_first_page_that_is_torn_is_forgotten(path: Path) -> None:
    keep(path, page("a", "1"))
    both = path.read_bytes()
    for size in range(len(both)):
        path.write_bytes(both[:size])
        assert cursor_of(path) is None
        assert path.read_bytes() == b""


def test_pages_without_changes_do_not_grow_it(path: Path) -> None:
    keep(path, page("a", "1"))
    before = path.read_bytes()
    keep(path, page("b"), page("c"))
    assert path.read_bytes() == before


def test_a_new_beginning_is_kept_also_without_changes(path: Path) -> None:
    with Record(path) as record:
        record.append(page("a", "1"), SOURCE)
        record.begin_anew()
        record.append(page("b"), SOURCE)
    assert path.read_text().count("begin") == 2
    assert cursor_of(path) == "b"


def test_a_file_that_is_something_else_stays_as_it_is(path: Path) -> None:
    path.write_text("ticker,price\n")
    with pytest.raises(OSError, match="something else is in it"):
        Record(path)
    assert path.read_text() == "ticker,price\n"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_refused(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    with pytest.raises(OSError, match=r"no file|directory"):
        Record(path)


def test_one_process_writes_into_it(path: Path) -> None:
    with Record(path), pytest.raises(OSError, match="another process"):
        Record(path)
    assert cursor_of(path) is None


def test_a_full_disk_leaves_whole_pages(path: Path) -> None:
    keep(path, page("a", "1"))
    before = path.read_bytes()
    room = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", FULL, path], cwd=room, capture_output=True, text=True)
    assert "File too large" in done.stderr
    assert path.read_bytes() == before
