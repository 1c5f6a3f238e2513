"""Lines of the log: colour is for terminals alone, and for nobody who has set NO_COLOR."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

LOG = """
import structlog
from trading_system import logs
logs.configured("info", is_text=True)
structlog.get_logger().info("hello", a=1)
"""
PROJECT = Path(__file__).parents[2]
COLOUR = b"\x1b["


def logged(stderr: int, **variables: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | variables
    subprocess.run([sys.executable, "-c", LOG], cwd=PROJECT, env=environment, stderr=stderr, check=True)


def on_a_terminal(**variables: str) -> bytes:
    ours, theirs = pty.openpty()
    try:
        logged(theirs, **variables)
        return os.read(ours, 1000)
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_file_gets_no_colour(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as file:
        logged(file.fileno())
    text = (tmp_path / "log").read_bytes()
    assert b"hello" in text
    assert COLOUR not in text


@pytest.mark.parametrize(("variables", "has_colour"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_colour_unless_it_wants_none(variables: dict[str, str], has_colour: bool) -> None:
    text = on_a_terminal(**variables)
    assert b"hello" in text
    assert (COLOUR in text) is has_colour
