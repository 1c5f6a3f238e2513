"""A watch that is killed at any moment: what all its lives tell is what one life tells, and the ledger has each once."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from websocket_simulator.tests.conftest import first_line

from ..running import ROOT, Running, alerts_in, free_port
from .cases import of

SIMULATOR = ROOT / "websocket_simulator"
KILLS = of(12, 200)
LIFE = (0.3, 1.1)  # seconds from a start to the kill, at random
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
    """The address of a server that plays a walk at ordinary speed, for as long as there are kills."""
    recording = tmp_path / "walk.csv"
    write_walk(recording, 1.1 * KILLS * sum(LIFE) / 2 + 2, 5)
    command = [sys.executable, str(SIMULATOR / "server.py"), "--port", "0", "--replay", str(recording)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        yield first_line(server).split()[2]
        server.kill()


def told_in_one_life(tmp_path: Path) -> set[str]:
    command = [sys.executable, str(SIMULATOR / "client.py"), "--replay", str(tmp_path / "walk.csv"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {json.loads(line)["id"] for line in done.stdout.splitlines()}


def live_and_be_killed(lives: Lives, random: Random) -> int:
    """Live to the end of the feed, and be killed KILLS times before; return how often it was."""
    for kills in range(KILLS):
        client = lives.start()
        try:
            client.wait(random.uniform(*LIFE))
            return kills
        except subprocess.TimeoutExpired:
            client.kill()
            client.wait()
    assert lives.start().wait() == 0
    return KILLS


@pytest.mark.case("kill -9 of the watch at any moment")
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("migrated")
def test_many_lives_tell_what_one_life_tells(
    feed: str, tmp_path: Path, serve: Callable[[int], tuple[Running, str]], figure: Callable[[str], None]
) -> None:
    _, ledger = serve(free_port())
    lives = Lives(feed, tmp_path, "--api", ledger)
    kills = live_and_be_killed(lives, Random(7))
    expected, printed = told_in_one_life(tmp_path), Counter(line["id"] for line in lives.lines)
    twice = printed.total() - len(printed)
    assert kills == KILLS
    assert len(expected) > of(10, 100)
    assert set(printed) == expected
    assert twice <= kills  # the last line of a life, at most
    assert max(printed.values()) <= 2
    assert sorted(alert["id"] for alert in alerts_in(ledger)) == sorted(expected)
    figure(f"{kills} kills; {len(expected)} alerts, those of one life; {twice} printed twice, with the same id; each once "
           f"in the ledger")  # fmt: skip
