"""`manage.py import_trades` asks what a file does not say, on a terminal, and never blocks without one."""

import os
import pty
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trades.models import Trade

from .test_import_command import Ended, file, run

pytestmark = pytest.mark.django_db
__all__ = ["file", "run"]
UNKNOWN = "Symbol,Side,Quantity,Price,Currency,Date\nAAPL,buy,10,170.25,USD,03/04/2025\n"
TYPES = Callable[[str], None]


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Iterator[TYPES]:
    """What somebody types on a terminal, before it is asked."""
    ours, theirs = pty.openpty()
    with (
        os.fdopen(ours, "r+b", buffering=0) as keyboard,
        os.fdopen(theirs) as reads,
        os.fdopen(os.dup(theirs), "w") as writes,
    ):

        def type_(text: str) -> None:
            keyboard.write(text.encode())
            monkeypatch.setattr(sys, "stdin", reads)
            monkeypatch.setattr(sys, "stderr", writes)

        yield type_


def test_without_a_terminal_the_options_are_named_that_answer(
    run: Callable[..., Ended], file: Callable[..., Path]
) -> None:
    ended = run(file(UNKNOWN), "--preview")
    assert ended.status == 1
    assert "--answer 'dates=…' (MDY, DMY)" in ended.err
    assert "--tz ZONE" in ended.err
    assert not Trade.objects.exists()


def test_a_layout_that_no_profile_knows_is_shown_and_not_booked(
    run: Callable[..., Ended], file: Callable[..., Path]
) -> None:
    answers = ("--tz", "UTC", "--answer", "dates=DMY")
    path = file(UNKNOWN)
    assert "No profile knows its columns" in run(path, *answers).err
    shown = run(path, *answers, "--preview")
    assert "2025-04-03T00:00:00Z buy 10 AAPL 170.25 USD" in shown.out
    assert "1 created" in shown.out
    assert not Trade.objects.exists()


def test_a_mapping_that_was_shown_is_a_profile(run: Callable[..., Ended], file: Callable[..., Path]) -> None:
    answers = ("--tz", "UTC", "--answer", "dates=DMY")
    shown = run(path := file(UNKNOWN), *answers, "--preview").out
    mapping = next(line for line in shown.splitlines() if line.startswith("mapping: ")).removeprefix("mapping: ")
    assert run(path, *answers, "--profile", file(mapping, "own.json")).out.endswith(
        "1 created, 0 duplicates, 0 failed\n"
    )


def test_on_a_terminal_it_asks_and_books_what_somebody_agrees_to(
    run: Callable[..., Ended], file: Callable[..., Path], types: TYPES
) -> None:
    types("2\nNowhere/Land\nEurope/Berlin\ny\n")  # the second order; a zone that is none; a zone; yes
    assert run(file(UNKNOWN)).out.endswith("1 created, 0 duplicates, 0 failed\n")
    assert Trade.objects.get().timestamp.isoformat() == "2025-04-02T22:00:00+00:00"


def test_what_nobody_agrees_to_is_not_booked(
    run: Callable[..., Ended], file: Callable[..., Path], types: TYPES
) -> None:
    types("1\nUTC\nn\n")
    ended = run(file(UNKNOWN))
    assert (ended.status, "--profile FILE.json" in ended.err) == (1, True)
    assert not Trade.objects.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--tz", "Nowhere"), "zone: There is no time zone Nowhere."),
        (("--answer", "dates"), "--answer dates: must be NAME=VALUE, as in dates=DMY."),
        (("--answer", "dates=YDM"), "dates: "),
        (("--profile", "missing.toml"), "--profile missing.toml: "),
    ],
)
def test_wrong_options_are_wrong_usage(
    run: Callable[..., Ended], file: Callable[..., Path], words: tuple[str, ...], message: str
) -> None:
    ended = run(file(UNKNOWN), *words)
    assert (ended.status, ended.err.startswith(message)) == (2, True), ended.err
