"""Nouns that the watch's tests speak of."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .ledger import Ledger
from .recorded import write_recording

SCRIPTS = Path(__file__).parents[1]


Start = Callable[..., "subprocess.Popen[str]"]


@contextmanager
def starting() -> Iterator[Start]:
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


def first_line(server: "subprocess.Popen[str]") -> str:
    assert server.stderr is not None
    line = server.stderr.readline()
    assert line.startswith("feed on ws"), line
    return line


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a script with its arguments, and kills what still runs after the test."""
    with starting() as start:
        yield start


@pytest.fixture
def url_of() -> Callable[["subprocess.Popen[str]"], str]:
    """Waits for the line in which a server writes its address."""
    return lambda server: first_line(server).split()[2]


@pytest.fixture(scope="session")
def recorded_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The first line of a server that plays the recording to whoever comes, for tests that stay until its end."""
    with starting() as start:
        recording = write_recording(tmp_path_factory.mktemp("recorded"))
        yield first_line(start("server.py", "--port", "0", "--replay", str(recording), "--speed", "0"))


@pytest.fixture
def recorded(recorded_line: str) -> str:
    """Its address."""
    return recorded_line.split()[2]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write_recording(tmp_path)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as made:
        yield made
