"""The whole system as `make run` starts it, for as long as somebody looks at it, with nothing in its ledger."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READY = "The trading system is running."
PATIENCE = 30  # seconds for it to end


@contextmanager
def running_system(feed_options: str, environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """The page's address; the processes and the data are gone in the end."""
    port, feed_port = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="trading-desk-") as data_dir:
        settings = {"PORT": str(port), "FEED_PORT": str(feed_port), "FEED_OPTIONS": feed_options}
        ours = {"DATA_DIR": data_dir, "PYTHON_DOTENV_DISABLED": "1", "PYTHONUNBUFFERED": "1"}
        command, variables = [sys.executable, str(ROOT / "scripts/run.py")], {**environment, **settings, **ours}
        process = subprocess.Popen(
            command, env=variables, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        reading = threading.Thread(target=lambda: process.stdout and process.stdout.read(), daemon=True)
        try:
            await_ready(process)
            reading.start()  # so that it can go on printing
            yield f"http://127.0.0.1:{port}/"
        finally:
            interrupt(process)
            if reading.ident:
                reading.join()
            assert process.stdout is not None
            process.stdout.close()


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_ready(process: "subprocess.Popen[str]") -> None:
    """Return once it has said that it runs."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if READY in line:
            return
    raise RuntimeError(f"it did not start:\n{''.join(said)}")


def interrupt(process: "subprocess.Popen[str]") -> None:
    """Press Ctrl-C."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    process.wait(PATIENCE)
