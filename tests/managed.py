"""manage.py as processes, many times and quickly: most of what a command takes is imports.

One process has imported what knows nothing of settings, and forks for each command. The fork becomes that command: its
session, its environment, its directory, its output, its settings read anew, its own way to end.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
MANAGE = ROOT / "trading_system/manage.py"
PATIENCE = 60  # seconds for a command to end
NUMBER = 4  # bytes of a PID, and of an exit status
PROGRAM = """
import importlib, json, os, runpy, signal, socket, sys

for name in ("django.core.management", "django.db.models", "django.db.backends.postgresql.base", "django.contrib.admin",
             "django.core.servers.basehttp", "django.template.loader_tags", "django.test", "rest_framework.compat",
             "rest_framework.serializers", "structlog", "whitenoise.storage", "whitenoise.middleware", "csp.middleware",
             "msgspec", "jsonschema", "yaml", "gunicorn.app.base", "gunicorn.workers.gthread", "prometheus_client",
             "django_filters.rest_framework", "pghistory", "django.core.management.commands.migrate",
             "django.contrib.staticfiles.management.commands.runserver"):
    importlib.import_module(name)

channel = socket.socket(fileno=int(sys.argv[1]))
number = lambda value: value.to_bytes(int(sys.argv[2]), sys.byteorder, signed=True)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    request, files, *_ = socket.recv_fds(channel, 1 << 20, 4)
    if not request:
        os._exit(0)
    if not os.fork():
        break
    for file in files:
        os.close(file)

# This process waits for the command and tells how it ended.
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
channel.close()
words, environment, directory = json.loads(request)
report = files.pop()
if child := os.fork():
    for file in files:
        os.close(file)
    os.write(report, number(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
    os._exit(0)

os.setsid()
os.write(report, number(os.getpid()))
os.close(report)
for descriptor, file in enumerate(files):
    os.dup2(file, descriptor)
    os.close(file)
os.environ.clear()
os.environ |= environment
os.chdir(directory)
sys.argv, sys.path[0] = words, os.path.dirname(words[0])
runpy.run_path(words[0], run_name="__main__")
"""


@cache
def forking() -> socket.socket:
    """The channel to the process that forks; it ends when the channel is closed."""
    channel, its = socket.socketpair(type=socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", PROGRAM, str(its.fileno()), str(NUMBER)], pass_fds=[its.fileno()], cwd=ROOT
        )

    def end() -> None:
        channel.close()
        process.wait()

    atexit.register(end)
    return channel


class Forked:
    """manage.py with these words, in a session of its own: what subprocess.Popen is, as far as tests ask.

    `stdout` is what it prints there and on stderr, unless it prints into files.
    """

    def __init__(
        self, *words: str, environment: dict[str, str], directory: Path, files: tuple[int, int] | None = None
    ) -> None:
        request = json.dumps([[str(MANAGE), *words], environment, str(directory)]).encode()
        self.report, its_report = os.pipe()
        self.stdout: IO[str] | None = None
        opened = [its_report, os.open(os.devnull, os.O_RDONLY)]
        if not files:
            ours, its = os.pipe()
            self.stdout, files = os.fdopen(ours), (its, its)
            opened.append(its)
        socket.send_fds(forking(), [request], [opened[1], *files, its_report])
        for descriptor in opened:
            os.close(descriptor)
        self.pid = self._told()
        self.returncode: int | None = None

    def _told(self) -> int:
        number = os.read(self.report, NUMBER)
        assert len(number) == NUMBER, "the process that waits for the command was killed"
        return int.from_bytes(number, sys.byteorder, signed=True)

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self.report], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self.report], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("manage.py", timeout or 0)
            self.returncode = self._told()
            os.close(self.report)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, None]:
        """What it has yet to print, until it ends."""
        printed = ""
        if self.stdout and not self.stdout.closed:
            printed = self.stdout.read()
            self.stdout.close()
        self.wait(timeout)
        return printed, None


def reloads(words: Sequence[str]) -> bool:
    """Whether it starts itself anew, which a fork cannot."""
    return "runserver" in words and "--noreload" not in words


def manage(*words: str | Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a command as somebody does who stands in trading_system/ and has this environment."""
    command = [str(MANAGE), *map(str, words)]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        files = out.fileno(), err.fileno()
        process = Forked(*command[1:], environment=environment, directory=MANAGE.parent, files=files)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
        status = process.wait()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, status, out.read(), err.read())
