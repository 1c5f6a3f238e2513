"""Servers as processes of their own, on a free port of the loopback, ended whatever happens."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
MANAGE = ROOT / "trading_system/manage.py"
PATIENCE = 30  # seconds for a server to answer, or to end
POLL = 0.05


@dataclass(frozen=True)
class Program:
    """A server that answers on this port."""

    process: "subprocess.Popen[bytes]"
    port: int

    def peak(self) -> float:
        """The most MB that its only worker has had resident so far, as Linux counts."""
        [worker] = psutil.Process(self.process.pid).children()
        status = Path(f"/proc/{worker.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6

    def seconds(self) -> float:
        """Of a processor, that it and its workers have used so far."""
        return family_seconds(self.process.pid)


def family_seconds(pid: int) -> float:
    """Seconds of a processor that a process, its children and those that have ended have used so far."""
    parent = psutil.Process(pid)
    seconds = sum(parent.cpu_times()[:4])  # of its own, and of the children that have ended
    for child in parent.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            seconds += sum(child.cpu_times()[:2])
    return float(seconds)


@contextmanager
def gunicorn(workers: int) -> Iterator[Program]:
    """The ledger as it is served in production; no request here is too long."""
    command = [
        "-m",
        "gunicorn",
        "trading_system.wsgi",
        "--no-control-socket",
        "--timeout",
        "600",
        "--graceful-timeout",
        "1",
    ]
    command += ["--log-level", "warning", "--workers", str(workers), "--bind", "127.0.0.1:{port}"]
    with _running(command) as program:
        yield program


@contextmanager
def serve(root: Path, settings: Mapping[str, str], *options: str) -> Iterator[Program]:
    """A checkout as `make serve` runs it, whose static files are collected."""
    command = [str(root / "trading_system/manage.py"), "serve", *options, "--bind", "127.0.0.1:{port}"]
    with _running(command, settings) as program:
        yield program


def guarded() -> dict[str, str]:
    """The environment of production, with all that makes it safe."""
    return os.environ | {"DJANGO_SETTINGS_MODULE": "trading_system.settings"}


@contextmanager
def uvicorn(workers: int, settings: Mapping[str, str]) -> Iterator[Program]:
    """The FastAPI peer."""
    command = ["-m", "uvicorn", "ledger.fastapi_peer:app", "--no-access-log", "--log-level", "warning"]
    command += ["--workers", str(workers), "--host", "127.0.0.1", "--port", "{port}"]
    with _running(command, settings) as program:
        yield program


@contextmanager
def _running(words: list[str], settings: Mapping[str, str] = os.environ) -> Iterator[Program]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, *(word.format(port=port) for word in words)]
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("trading_system", "benchmarks"))
    environment = {**settings, "PYTHONPATH": paths}
    # Ctrl-C is for us, who end it; a line for each request is not for the table.
    process = subprocess.Popen(command, cwd=ROOT, env=environment, process_group=0, stderr=subprocess.DEVNULL)
    try:
        _await_answer(process, port)
        yield Program(process, port)
    finally:
        _end(process)


def _await_answer(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(POLL)
    raise RuntimeError(f"{process.args!r} does not answer")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to end, and kill what is left of it after PATIENCE."""
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    for left in alive:
        with suppress(psutil.NoSuchProcess):
            left.kill()
    process.kill()
    process.wait()
