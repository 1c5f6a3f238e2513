"""Nouns that the watch's tests speak of."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .ledger import Ledger

SCRIPTS = Path(__file__).parents[1]


@pytest.fixture
def start() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts a script with its arguments, and kills what still runs after the test."""
    running: list[subprocess.Popen[str]] = []

    def run(script: str, *arguments: str, stdin: int | None = None) -> "subprocess.Popen[str]":
        command = [sys.executable, str(SCRIPTS / script), *arguments]
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def url_of() -> Callable[["subprocess.Popen[str]"], str]:
    """Waits for the line in which a server says its address."""

    def read(server: "subprocess.Popen[str]") -> str:
        assert server.stderr is not None
        line = server.stderr.readline()
        assert line.startswith("feed on ws://"), line
        return line.removeprefix("feed on ").strip()

    return read


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A recording in which A rises by 3 % and by another 3 %, and B by exactly 2 %."""
    path = tmp_path / "recording.csv"
    rows = ["A,100,0", "B,50,0", "A,103,1", "B,51.00,1", "A,106.09,2", "A,106.1,3"]
    lines = [f"{row.rsplit(',', 1)[0]},2025-06-06T20:00:0{row[-1]}Z" for row in rows]
    path.write_text("\n".join(["ticker,price,timestamp", *lines, ""]))
    return path


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """An API that takes alerts."""
    made = Ledger()
    made.open()
    yield made
    made.close()
