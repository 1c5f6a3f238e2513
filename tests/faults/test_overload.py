"""Clients that would keep the server busy with nothing: a healthy one does not notice much of them."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from serving.worker import REQUEST_TIMEOUT

from ..production import Production
from .cases import whole_only

Figure = Callable[[str], None]
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}
BUSY_MACHINE = 5  # seconds that a slow client may be let live longer than it should
KINDS = ("idle", "slow-heads", "slow-bodies", "slow-uploads", "big-bodies", "nesting")
SECONDS = 40  # of an attack
# What each is told, and what it may be told as well: a big body is refused before it was sent, which may cut it off.
TOLD = {"idle": {"closed"}, "slow-heads": {"408"}, "slow-bodies": {"408"}, "slow-uploads": {"401"},
        "big-bodies": set(), "nesting": {"400"}}  # fmt: skip
OTHERWISE = {kind: {"still there"} for kind in TOLD} | {"big-bodies": {"401", "429", "closed", "still there"}}


def p99(production: Production, seconds: float) -> float:
    """Seconds that the slowest of a hundred requests takes for a client that records trades and looks at them."""
    taken, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        for method, path, body, status in (
            ("POST", "/api/trades/", TRADE, 201),
            ("GET", "/api/trades/?ticker=AAPL&page_size=20", None, 200),
        ):
            begun = time.monotonic()
            assert production.ask(method, path, body, role="trader")[0] == status
            taken.append(time.monotonic() - begun)
    return sorted(taken)[len(taken) * 99 // 100]


@whole_only
@pytest.mark.case("nesting, 10 MB bodies, slow bodies, 1,000 idle connections")
@pytest.mark.timeout(900)
def test_a_healthy_client_hardly_notices(production: Production, figure: Figure) -> None:
    told = []
    p99(production, 2)
    for kind in KINDS:
        usual = p99(production, 15)
        command = [sys.executable, Path(__file__).with_name("attackers.py"), kind,
                   str(production.port), str(SECONDS), production.tokens["trader"]]  # fmt: skip
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as attackers:
            time.sleep(2)  # until they are there
            attacked = p99(production, SECONDS - 4)
            assert attackers.stdout is not None
            ended, longest = json.loads(attackers.stdout.read())[kind]
        usual = max(usual, p99(production, 15))
        assert ended
        assert TOLD[kind] <= set(ended) <= TOLD[kind] | OTHERWISE[kind]
        assert longest < REQUEST_TIMEOUT + BUSY_MACHINE
        told.append(f"{kind}: p99 {attacked * 1000:.0f} ms, usually {usual * 1000:.0f}")
        assert attacked < 3 * usual, told[-1]
    figure("; ".join(told))
