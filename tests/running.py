"""Programs as a terminal starts them, and what is asked of them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from random import SystemRandom
from typing import Any

import psutil

from .managed import MANAGE, ROOT, Forked, reloads

READY = "The trading system is running."
RISE = "ticker,price,timestamp\nAAPL,100,2025-06-06T20:00:00Z\nAAPL,102.4,2025-06-06T20:00:01Z\n"
PASSWORD = "correct horse #1 'battery'"
KEPT: list[socket.socket] = []  # by ports that were given out
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    """A port that nobody uses, and that no other process of any test run is given as long as this one lives.

    It is below those that the system gives to whoever asks for any, and above 10080, to which no browser connects (the
    Fetch standard's bad ports). Our UDP port of the same number keeps others off.
    """
    while True:
        port, kept = SystemRandom().randrange(10_081, 32_000), socket.socket(type=socket.SOCK_DGRAM)
        try:
            kept.bind(("127.0.0.1", port))
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            kept.close()
            continue
        KEPT.append(kept)
        return port


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment of a user who has set nothing but these. The checkout's own `.env` is not read."""
    ours = ("DB_", "DJANGO_", "DATA_DIR", "STATIC_ROOT", "PORT", "FEED_", "SOURCE", "TICKERS", "MAKE", "MFLAGS")
    rest = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return rest | {"PYTHON_DOTENV_DISABLED": "1", **variables}


def call(url: str, body: Any = None, method: str | None = None) -> tuple[int, Any]:
    """Ask over HTTP and return status and JSON; OSError if there is no answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with DIRECT.open(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or "null")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or "null")


def alerts_in(url: str) -> list[dict[str, Any]]:
    """All alerts of the ledger there."""
    found, page = [], f"{url}/api/alerts/?page_size=1000&ordering=timestamp"
    while page:
        status, answer = call(page)
        assert status == 200
        found += answer["results"]
        page = answer["next"]
    return found


def started(command: list[str], environment: dict[str, str]) -> "subprocess.Popen[str] | Forked":
    program, *words = command
    if (program, words[:1]) == (sys.executable, [str(MANAGE)]) and not reloads(words):
        return Forked(*words[1:], environment=environment, directory=ROOT)
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


class Running:
    """A program in a session of its own, as a terminal starts it, and the lines it has printed."""

    def __init__(self, *command: str | Path, **variables: str) -> None:
        self.output: list[str] = []
        self.process = started([str(word) for word in command], clean_environment(PYTHONUNBUFFERED="1", **variables))

    def read_until(self, text: str) -> str:
        """Return the next line with this text; fail if the program ends before it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)
            if text in line:
                return line
        raise AssertionError(f"it ended without {text!r}:\n{''.join(self.output)}")

    def first(self, text: str) -> str:
        """Return the first line with this text, which may have been read already."""
        return next((line for line in self.output if text in line), None) or self.read_until(text)

    def interrupt(self) -> float:
        """Press Ctrl-C and return how many seconds the end took."""
        begun = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        assert self.process.stdout is not None
        self.output += self.process.stdout.readlines()
        self.process.wait(timeout=30)
        return time.monotonic() - begun

    def read_no_more(self) -> None:
        """Close our end of its output."""
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process.stdout = None

    def kill(self) -> None:
        """Kill it and all that it started, which would hold its output open."""
        family = psutil.Process(self.process.pid).children(recursive=True) if self.process.poll() is None else []
        for process in [self.process, *family]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.communicate()
