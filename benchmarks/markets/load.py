"""Two thousand symbols at 20,000 messages a second: server.py and client.py, both on one core, for ten minutes."""

import json
import os
import queue
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import psutil

from markets.binance import exchange
from report import Row

SYMBOLS, RATE = 2000, 20_000
SECONDS = int(os.environ.get("MARKET_SECONDS", "600"))
WARM = min(120, SECONDS // 4)  # seconds until the backlog is full, and memory is what it stays
SCRIPTS = Path(__file__).parents[2] / "websocket_simulator"
WIDE = 1.05  # of the memory after WARM, at most


def rows() -> list[Row]:
    """Memory at the end to that when it was warm, and how late alerts were."""
    with exchange("trade", 0, SYMBOLS, RATE) as (port, authority):
        environment = os.environ | {"SSL_CERT_FILE": str(authority), "PYTHONUNBUFFERED": "1"}
        names = ",".join(f"C{number:04}-USDT" for number in range(SYMBOLS))
        source = ["--source", "binance", "--tickers", names, "--source-url", f"wss://localhost:{port}/ws"]
        with program(environment, "server.py", "--port", "0", *source) as (server, said):
            url = said.readline().split()[2].decode()
            threading.Thread(target=said.read, daemon=True).start()
            options = ("--url", url, "--json", "--no-state", "--confirm", "0")
            with program(environment, "client.py", *options) as (client, errors):
                threading.Thread(target=errors.read, daemon=True).start()
                return measured(server, client)


@contextmanager
def program(environment: dict[str, str], *words: str) -> Iterator[tuple["subprocess.Popen[bytes]", IO[bytes]]]:
    """A script on the last core, and what it says on stderr."""
    words = (sys.executable, str(SCRIPTS / words[0]), *words[1:])
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    psutil.Process(process.pid).cpu_affinity([(psutil.cpu_count() or 1) - 1])
    assert process.stderr
    try:
        yield process, process.stderr
    finally:
        process.terminate()
        process.wait(10)


def measured(server: "subprocess.Popen[bytes]", client: "subprocess.Popen[bytes]") -> list[Row]:
    """Look at both for SECONDS from the first alert on."""
    late: queue.Queue[float] = queue.Queue()
    threading.Thread(target=hear, args=(client.stdout, late), daemon=True).start()
    delays = [late.get(timeout=60)]
    both = [psutil.Process(process.pid) for process in (server, client)]
    begin, used, warm = time.monotonic(), seconds_of(both), 0.0
    while (passed := time.monotonic() - begin) < SECONDS:
        time.sleep(1)
        if not warm and passed >= WARM:
            warm = memory_of(both)
    used = (seconds_of(both) - used) / passed
    while not late.empty():
        delays.append(late.get())
    end, p99 = memory_of(both), statistics.quantiles(delays, n=100)[98]
    what = f"{RATE:,} messages/s of {SYMBOLS:,} symbols on one core for {SECONDS} s"
    return [
        Row(f"{what}: memory, to that after {WARM} s", f"{warm:.0f} MB, {end:.0f} MB", end / warm, WIDE, at_most=True),
        Row(
            f"{what}: sent to alert printed, p99 in ms",
            f"median {statistics.median(delays):.1f} ms, {len(delays):,} alerts, {used:.0%} of the core",
            p99,
            20,
            at_most=True,
        ),
    ]


def hear(lines: IO[bytes], late: "queue.Queue[float]") -> None:
    """How many milliseconds after its trade was sent each alert was printed."""
    for line in lines:
        sent = datetime.fromisoformat(json.loads(line)["timestamp"])
        late.put((time.time() - sent.timestamp()) * 1000)


def seconds_of(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def memory_of(processes: list[psutil.Process]) -> float:
    """Megabytes."""
    return sum(process.memory_info().rss for process in processes) / 1024**2
