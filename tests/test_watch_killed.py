"""A watch that is killed at any moment: what all its lives tell is what one life tells, and the ledger has each once."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from websocket_simulator.tests.conftest import first_line
from websocket_simulator.tests.ledger import Ledger

from .running import ROOT

SIMULATOR = ROOT / "websocket_simulator"
SECONDS = 200 if os.environ.get("FAULTS") == "whole" else 20  # there is a kill in each, or a little more
START = datetime(2025, 6, 6, 20, tzinfo=UTC)


def write_walk(path: Path, seconds: float, seed: int) -> None:
    """Tickers that move up and down by some percent, each 25 times a second, with outliers."""
    random, rows = Random(seed), ["ticker,price,timestamp"]
    prices = {f"T{number}": 10_000.0 for number in range(20)}
    for number in range(int(seconds * 25)):
        instant = START + timedelta(seconds=number / 25)
        for ticker in prices:
            prices[ticker] *= 1 + random.gauss(0, 0.003)
            cents = prices[ticker] * (10 if random.random() < 0.002 else 1)
            rows.append(f"{ticker},{cents / 100:.2f},{instant.isoformat()}")
    path.write_text("\n".join([*rows, ""]))


class Lives:
    """client.py, started again whenever it was killed; `lines` are what all lives printed."""

    def __init__(self, url: str, folder: Path, *options: str) -> None:
        self.command = [sys.executable, str(SIMULATOR / "client.py"), "--url", url, "--json", "--exit-on-eof",
                        "--state", str(folder / "state"), *options]  # fmt: skip
        self.out, self.err = folder / "out", folder / "err"

    def start(self) -> "subprocess.Popen[bytes]":
        with self.out.open("ab") as out, self.err.open("ab") as err:
            return subprocess.Popen(self.command, stdout=out, stderr=err)

    @property
    def lines(self) -> list[dict[str, Any]]:
        whole = self.out.read_bytes().split(b"\n")[:-1]
        return [json.loads(line) for line in whole]


@pytest.fixture
def feed(tmp_path: Path) -> Iterator[str]:
    """The address of a server that plays a walk at ordinary speed."""
    recording = tmp_path / "walk.csv"
    write_walk(recording, SECONDS, 5)
    command = [sys.executable, str(SIMULATOR / "server.py"), "--port", "0", "--replay", str(recording)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        yield first_line(server).split()[2]
        server.kill()


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as made:
        yield made


def told_in_one_life(tmp_path: Path) -> set[str]:
    command = [sys.executable, str(SIMULATOR / "client.py"), "--replay", str(tmp_path / "walk.csv"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {json.loads(line)["id"] for line in done.stdout.splitlines()}


def test_many_lives_tell_what_one_life_tells(feed: str, tmp_path: Path, ledger: Ledger) -> None:
    random, lives, kills = Random(7), Lives(feed, tmp_path, "--api", ledger.url), 0
    while True:
        client = lives.start()
        try:
            client.wait(random.uniform(0.3, 1.3))
            break
        except subprocess.TimeoutExpired:
            client.send_signal(signal.SIGKILL)
            client.wait()
            kills += 1
    expected = told_in_one_life(tmp_path)
    counts = Counter(line["id"] for line in lives.lines)
    assert client.returncode == 0
    assert set(counts) == expected
    assert sum(counts.values()) - len(counts) <= kills  # the last line of a life, at most
    assert {json.loads(alert)["id"] for alert in ledger.kept} == expected
