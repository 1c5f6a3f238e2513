"""A recording of real trades: every spike in it, and every digit of it."""

import csv
import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from .running import ROOT, free_port

SCRIPTS = ROOT / "websocket_simulator"


@pytest.fixture(scope="module")
def recorded(real_trades: Path) -> list[dict[str, str]]:
    with real_trades.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_recording_is_what_its_readme_says(real_trades: Path, recorded: list[dict[str, str]]) -> None:
    digest = hashlib.sha256(real_trades.read_bytes()).hexdigest()
    assert digest in (ROOT / "tests/data/README.md").read_text()
    instants = [datetime.fromisoformat(row["timestamp"]) for row in recorded]
    assert instants == sorted(instants)
    assert sum(before == now for before, now in pairwise(instants)) == 2490
    assert max(len(row["price"].partition(".")[2]) for row in recorded) == 8


@dataclass
class Found:
    """What is above a threshold by brute force, what of it a comparison with the oldest price misses, and what is told."""

    above: int = 0
    above_missed: int = 0
    told: list[tuple[datetime, Fraction, Fraction]] = field(default_factory=list)  # with the low
    told_missed: int = 0


def spikes(recorded: list[dict[str, str]], threshold: Fraction) -> Found:
    times = [datetime.fromisoformat(row["timestamp"]) for row in recorded]
    prices = [Decimal(row["price"]) for row in recorded]  # which compare exactly, and faster than fractions
    found, alerted, first = Found(), None, 0
    for number, now in enumerate(times):
        while now - times[first] > timedelta(seconds=60):
            first += 1
        low, oldest, price = map(Fraction, (min(prices[first : number + 1]), prices[first], prices[number]))
        rise, is_missed = (price - low) / low * 100, (price - oldest) / oldest * 100 <= threshold
        if rise <= threshold / 2:
            alerted = None
        if rise > threshold:
            found.above += 1
            found.above_missed += is_missed
            if alerted is None or price > alerted * (1 + threshold / 100):
                found.told.append((now, price, low))
                found.told_missed += is_missed
                alerted = price
    return found


@pytest.mark.parametrize(("threshold", "above"), [("0.5", 856), ("1", 409), ("2", 0)])
def test_the_docs_say_what_the_oldest_price_misses_and_what_is_told(
    real_trades: Path, recorded: list[dict[str, str]], threshold: str, above: int
) -> None:
    found = spikes(recorded, Fraction(threshold))
    assert found.above == above
    told = len(backtest(real_trades, "--threshold", threshold))
    cells = (f"{threshold}%", found.above, found.above_missed, len(found.told), found.told_missed, told)
    assert f"| {' | '.join(map(str, cells))} |" in (ROOT / "docs/explanation/spikes.md").read_text()


def test_the_docs_show_the_first_alert_and_the_summary_as_they_are(real_trades: Path) -> None:
    result = run_over(real_trades, "--threshold", "1", "--json")
    assert result.stdout.splitlines()[0] in (ROOT / "docs/reference/client.md").read_text()
    assert result.stderr in (ROOT / "docs/how-to/real-prices.md").read_text()


@pytest.mark.parametrize(
    ("threshold", "source"),
    [("0.5", "server first"), ("1", "client first"), ("0.5", "no server"), ("2", "no server")],
)
def test_the_watch_tells_what_brute_force_finds(
    real_trades: Path, recorded: list[dict[str, str]], threshold: str, source: str
) -> None:
    options = ["--threshold", threshold, "--confirm", "0", "--rearm", "0", "--json"]
    if source == "no server":
        lines = backtest(real_trades, *options)
    else:
        lines = played(real_trades, options, server_first=source == "server first").splitlines()
    alerts = [json.loads(line) for line in lines]
    told = [(datetime.fromisoformat(a["timestamp"]), Fraction(a["price"]), Fraction(a["low"])) for a in alerts]
    assert told == spikes(recorded, Fraction(threshold)).told


def backtest(recording: Path, *options: str) -> list[str]:
    """The lines that the client prints of a recording that it reads itself."""
    return run_over(recording, *options).stdout.splitlines()


def run_over(recording: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, SCRIPTS / "client.py", "--replay", recording, *options]
    return subprocess.run(command, capture_output=True, text=True, check=True)


def played(recording: Path, options: list[str], *, server_first: bool) -> str:
    """What the client prints of a recording that the server plays."""
    port = str(free_port())
    commands = {
        "server": [SCRIPTS / "server.py", "--port", port, "--replay", recording, "--speed", "0"],
        "client": [SCRIPTS / "client.py", "--url", f"ws://127.0.0.1:{port}", "--exit-on-eof", *options],
    }
    running: dict[str, subprocess.Popen[str]] = {}
    for name in sorted(commands, reverse=server_first):
        running[name] = subprocess.Popen(
            [sys.executable, *commands[name]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert running[name].stderr is not None
        running[name].stderr.readline()  # it is up, or waits for the other
    out, _ = running["client"].communicate(timeout=60)
    running["server"].terminate()
    running["server"].communicate(timeout=10)
    return out


@pytest.mark.django_db
def test_the_first_hundred_read_back_digit_for_digit(api: APIClient, recorded: list[dict[str, str]]) -> None:
    wanted = [dict(row) for row in recorded[:100]]
    for row in wanted:
        assert api.post("/api/trades/", row).status_code == 201
    answer: dict[str, Any] = api.get("/api/trades/").json()
    found = [{name: trade[name] for name in wanted[0]} for trade in reversed(answer["results"])]
    for trade in [*found, *wanted]:
        trade["timestamp"] = datetime.fromisoformat(trade["timestamp"]).isoformat()
    assert found == wanted
