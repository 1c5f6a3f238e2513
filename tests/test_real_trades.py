"""A recording of real trades: every spike in it, and every digit of it."""

import csv
import json
import subprocess
import sys
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from rest_framework.test import APIClient

from .conftest import ROOT, free_port

RECORDING = ROOT.parent / "shared/data/xrp_eth_trades.csv"
SCRIPTS = ROOT / "websocket_simulator"
pytestmark = pytest.mark.skipif(not RECORDING.exists(), reason=f"there is no recording at {RECORDING}")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with RECORDING.open(newline="") as file:
        return list(csv.DictReader(file))


def spikes(rows: list[dict[str, str]], threshold: Fraction) -> tuple[int, list[tuple[datetime, Fraction, Fraction]]]:
    """By brute force: how many ticks rise above the threshold, and which of them are told, with their lows."""
    ticks = [(datetime.fromisoformat(row["timestamp"]), Fraction(row["price"])) for row in rows]
    breaching, told, alerted, first = 0, [], None, 0
    for number, (now, price) in enumerate(ticks):
        while now - ticks[first][0] > timedelta(seconds=60):
            first += 1
        low = min(before for _, before in ticks[first : number + 1])
        rise = (price - low) / low * 100
        breaching += rise > threshold
        if rise <= threshold / 2:
            alerted = None
        if rise > threshold and (alerted is None or price > alerted * (1 + threshold / 100)):
            told.append((now, price, low))
            alerted = price
    return breaching, told


@pytest.mark.parametrize(
    ("threshold", "ticks_above", "server_first"), [("0.5", 856, True), ("1", 409, False), ("2", 0, True)]
)
def test_the_watch_tells_what_brute_force_finds(
    rows: list[dict[str, str]], threshold: str, ticks_above: int, server_first: bool
) -> None:
    port = str(free_port())
    commands = {
        "server": [SCRIPTS / "server.py", "--port", port, "--replay", RECORDING, "--speed", "0"],
        "client": [SCRIPTS / "client.py", "--url", f"ws://127.0.0.1:{port}", "--threshold", threshold, "--json", "--exit-on-eof"],
    }  # fmt: skip
    order = sorted(commands, reverse=server_first)
    running: dict[str, subprocess.Popen[str]] = {}
    for name in order:
        running[name] = subprocess.Popen(
            [sys.executable, *commands[name]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert running[name].stderr is not None
        running[name].stderr.readline()  # it is up, or waits for the other
    out, _ = running["client"].communicate(timeout=60)
    running["server"].terminate()
    running["server"].communicate(timeout=10)
    alerts = [json.loads(line) for line in out.splitlines()]
    told = [(datetime.fromisoformat(a["timestamp"]), Fraction(a["price"]), Fraction(a["low"])) for a in alerts]
    assert (ticks_above, told) == spikes(rows, Fraction(threshold))


@pytest.mark.django_db
def test_the_first_thousand_read_back_digit_for_digit(rows: list[dict[str, str]]) -> None:
    api, wanted = APIClient(), [dict(row) for row in rows[:1000]]
    for row in wanted:
        assert api.post("/api/trades/", row).status_code == 201
    answer: dict[str, Any] = api.get("/api/trades/", {"page_size": "1000"}).json()
    found = [{name: trade[name] for name in wanted[0]} for trade in reversed(answer["results"])]
    for trade in [*found, *wanted]:
        trade["timestamp"] = datetime.fromisoformat(trade["timestamp"]).isoformat()
    assert found == wanted
