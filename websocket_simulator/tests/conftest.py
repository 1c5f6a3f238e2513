"""Nouns that the watch's tests speak of."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .ledger import Ledger
from .recorded import write_recording

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
    """Waits for the line in which a server writes its address."""

    def read(server: "subprocess.Popen[str]") -> str:
        assert server.stderr is not None
        line = server.stderr.readline()
        assert line.startswith("feed on ws"), line
        return line.split()[2]

    return read


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write_recording(tmp_path)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as made:
        yield made
