"""`manage.py import_trades`"""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from rich.console import Console

from trades.management.commands import import_trades
from trades.models import Import, Trade

pytestmark = pytest.mark.django_db
GOOD = "ticker,price,quantity,side,timestamp\nAAPL,170.25,10,buy,2025-06-06T20:00:00Z\nMSFT,1,2,sell,2025-06-06\n"
GOOD = GOOD.replace("2025-06-06\n", "2025-06-06T00:00:00Z\n")
COLUMNS, AT = "ticker,price,quantity,side,timestamp", "2025-06-06T20:00:00Z"
BAD = f"{COLUMNS}\nAAPL,1,1,buy,{AT}\nAAPL,x,0,buy,{AT}\nMSFT,1,1,hold,{AT}\n"


@dataclass
class Ended:
    """How a command ended: its exit status, and what it printed."""

    status: int
    out: str
    err: str


@pytest.fixture
def run() -> Callable[..., Ended]:
    def run(*words: object) -> Ended:
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("import_trades", *map(str, words), stdout=out, stderr=err)
        except CommandError as error:
            return Ended(error.returncode, out.getvalue(), f"{err.getvalue()}{error}\n")
        return Ended(0, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "trades.csv") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_it_imports_files_and_says_how_many_trades(run: Callable[..., Ended], file: Callable[..., Path]) -> None:
    one = file(GOOD)
    row = {"ticker": "X", "price": 0.1, "quantity": 1, "side": "BUY", "timestamp": AT}
    two = file(json.dumps(row), "more.ndjson")
    three = file(two.read_text().replace("X", "Y").join("[]"), "more.json")
    ended = run(one, two, three)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        f"{one}: 2 created, 0 duplicates, 0 failed",
        f"{two}: 1 created, 0 duplicates, 0 failed",
        f"{three}: 1 created, 0 duplicates, 0 failed",
    ]
    assert sorted(Trade.objects.values_list("ticker", flat=True)) == ["AAPL", "MSFT", "X", "Y"]


def test_the_same_bytes_again_add_nothing_and_that_is_said(
    run: Callable[..., Ended], file: Callable[..., Path]
) -> None:
    run(file(GOOD))
    ended = run(file(GOOD, "copy.csv"))
    assert ended.status == 0
    assert "0 created, 2 duplicates, 0 failed; the same file was imported at 20" in ended.out
    assert run(file(GOOD), "--again").out.endswith("0 created, 0 duplicates, 2 repeated, 0 failed\n")
    assert run(file(GOOD), "--again", "--repeated", "book").out.endswith("2 created, 0 duplicates, 0 failed\n")
    assert Trade.objects.count() == 4


def test_an_import_goes_on_by_external_id(run: Callable[..., Ended], file: Callable[..., Path]) -> None:
    rows = [f"{COLUMNS},external_id", *(f"AAPL,1,1,buy,{AT},fill-{number}" for number in range(5))]
    run(file("\n".join(rows[:3])))
    assert run(file("\n".join(rows))).out.endswith("3 created, 2 duplicates, 0 failed\n")
    assert Trade.objects.count() == 5


def test_a_file_with_errors_is_not_imported_and_each_is_named(
    run: Callable[..., Ended], file: Callable[..., Path]
) -> None:
    path, good = file(BAD, "bad.csv"), file(GOOD)
    ended = run(path, good)
    assert (ended.status, ended.out) == (1, f"{good}: 2 created, 0 duplicates, 0 failed\n")
    assert ended.err.splitlines() == [
        f"{path}:3: price: A valid number is required.",
        f"{path}:3: quantity: Must be above zero.",
        f'{path}:4: side: Must be "buy" or "sell".',
        f"{path}: nothing was imported; --skip imports the valid rows",
        f"not wholly imported: {path}",
    ]


def test_skip_imports_the_rows_that_are_trades(run: Callable[..., Ended], file: Callable[..., Path]) -> None:
    path = file(BAD)
    ended = run(path, "--skip")
    assert (ended.status, ended.out) == (1, f"{path}: 1 created, 0 duplicates, 2 failed\n")
    assert len(ended.err.splitlines()) == 4
    again = run(path, "--skip")
    assert (again.status, again.err) == (1, ended.err)
    assert again.out.startswith(f"{path}: 0 created, 1 duplicates, 2 failed; the same file was imported at ")


def test_without_skip_what_was_refused_is_told_again(run: Callable[..., Ended], file: Callable[..., Path]) -> None:
    Trade.objects.create(ticker="A", price=1, quantity=1, side="buy", external_id="a")
    path = file(f"{COLUMNS},external_id\nA,1,1,buy,{AT},\nA,2,1,buy,{AT},a\n")
    assert run(path, "--skip").out.endswith("1 created, 0 duplicates, 1 failed\n")
    again = run(path)
    assert again.err.splitlines()[1] == f"{path}: nothing was imported; the other rows were imported before"
    assert Trade.objects.count() == 2


def test_more_errors_than_are_listed_are_told(
    run: Callable[..., Ended], file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trades.report.LISTED_SKIPPED", 1)
    path = file(BAD)
    assert f"{path}: and more" in run(path, "--skip").err.splitlines()
    monkeypatch.setattr("trades.report.LISTED", 2)
    assert f"{path}: and perhaps more: the rest was not read" in run(path).err.splitlines()
    monkeypatch.setattr("trades.report.LISTED_SKIPPED", 3)
    assert ": and" not in run(file(f"{BAD}\n"), "--skip").err


def test_a_dry_run_changes_nothing(run: Callable[..., Ended], file: Callable[..., Path]) -> None:
    path = file(GOOD)
    ended = run(path, "--dry-run")
    assert ended.out == f"{path}: 2 created, 0 duplicates, 0 failed; dry run, nothing was changed\n"
    assert not Trade.objects.exists()
    assert not Import.objects.exists()


@pytest.mark.parametrize(("words", "format_"), [([], "csv"), (["--format", "csv"], "csv")])
def test_it_reads_stdin(
    run: Callable[..., Ended],
    file: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    format_: str,
) -> None:
    with file(GOOD, format_).open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert run("-", *words).out == "-: 2 created, 0 duplicates, 0 failed\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("price,quantity\n", " Has no table with a row that names its columns."),
        ('ticker,price,quantity,side,timestamp\n"', "2: Not CSV"),
    ],
)
def test_what_cannot_be_read_is_named(
    run: Callable[..., Ended], file: Callable[..., Path], text: str, message: str
) -> None:
    ended = run(path := file(text))
    assert ended.status == 1
    assert ended.err.startswith(f"{path}:{message}")
    assert "Nothing was imported." in ended.err


def test_a_file_that_is_not_there_does_not_keep_others_out(
    run: Callable[..., Ended], file: Callable[..., Path]
) -> None:
    ended = run("nowhere.csv", file(GOOD))
    assert ended.status == 1
    assert "nowhere.csv: No such file or directory. Nothing was imported." in ended.err
    assert Trade.objects.count() == 2


def test_what_a_file_is_does_not_depend_on_its_name(run: Callable[..., Ended], file: Callable[..., Path]) -> None:
    assert run(file(GOOD, "trades.pdf")).out.endswith("2 created, 0 duplicates, 0 failed\n")


def test_on_a_terminal_it_shows_how_far_it_is(
    run: Callable[..., Ended], file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    terminal = Console(file=shown, force_terminal=True, width=200)
    monkeypatch.setattr(import_trades, "Console", lambda **options: terminal)
    path = file(GOOD, "t.csv")
    run(path)
    assert "t.csv" in shown.getvalue()
    assert f"{len(GOOD)}/{len(GOOD)} bytes" in shown.getvalue()
