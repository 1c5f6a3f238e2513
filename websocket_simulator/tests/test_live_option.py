"""python client.py --live: a view on a terminal, and plain lines elsewhere."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

SCRIPTS = Path(__file__).parents[1]


def test_a_terminal_gets_the_view(recorded: str) -> None:
    terminal, slave = pty.openpty()
    words = [sys.executable, str(SCRIPTS / "client.py"), "--url", recorded, "--live", "--exit-on-eof"]
    with subprocess.Popen(words, stdout=slave, stderr=subprocess.DEVNULL, env=os.environ | {"TERM": "xterm"}) as client:
        os.close(slave)
        shown = b""
        while True:
            try:
                shown += os.read(terminal, 65536)
            except OSError:  # it has ended
                break
    os.close(terminal)
    assert client.returncode == 0
    assert "A increased by 6.1% in 1 minute!" in shown.decode()
    assert "Low of window" in shown.decode()


def test_a_pipe_gets_plain_lines(start: Callable[..., "subprocess.Popen[str]"], recorded: str) -> None:
    out, _ = start("client.py", "--url", recorded, "--live", "--exit-on-eof").communicate(timeout=20)
    assert [line.startswith("📈 Price Spike Alert: A ") for line in out.splitlines()] == [True, True]
