"""The feed, the watch and the API as processes: what the watch printed is in the API once, whoever was killed meanwhile."""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from embedded_postgres.tests.servers import wait_until

from .running import ROOT, Running, alerts_in, free_port

SIMULATOR = ROOT / "websocket_simulator"
ROUNDS, FEW = 2, 5
ADDED = {
    "created_at",
    "acknowledged_at",
    "acknowledged_by",
    "withdrawn_at",
    "withdrawn_reason",
    "held",
}  # by the ledger


def comparable(alert: dict[str, Any]) -> dict[str, Any]:
    """What it says, with instants instead of their texts."""
    return {
        name: datetime.fromisoformat(value) if name == "received" or name.endswith("timestamp") else value
        for name, value in alert.items()
        if name not in ADDED
    }


def by_id(alerts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(map(comparable, alerts), key=lambda alert: alert["id"])


@pytest.mark.usefixtures("migrated")
def test_no_alert_is_lost_while_the_api_is_killed_and_started_again(
    serve: Callable[[int], tuple[Running, str]], run: Callable[..., Running]
) -> None:
    port = free_port()
    api, url = serve(port)
    feed = run(sys.executable, SIMULATOR / "server.py", "--port", "0", "--rate", "50", "--seed", "7")
    address = feed.read_until("feed on ws://").split()[2]
    client = run(sys.executable, SIMULATOR / "client.py", "--url", address, "--api", url, "--json", "--falls",
                 "--threshold", "0.02", "--window", "1")  # fmt: skip
    for _ in range(ROUNDS):
        for _ in range(FEW):
            client.read_until('"id"')
        os.kill(api.process.pid, signal.SIGKILL)
        client.read_until("alerts are kept until it is back")
        for _ in range(FEW):
            client.read_until('"id"')
        api, _ = serve(port)
        client.read_until("takes alerts again")
    feed.interrupt()
    client.read_until("next attempt")
    printed_by_now = sum(line.startswith("{") for line in client.output)
    wait_until(lambda: len(alerts_in(url)) == printed_by_now, 60)  # at its end it does not wait for long
    client.interrupt()
    assert client.process.returncode == 0
    printed = [json.loads(line) for line in client.output if line.startswith("{")]
    assert len(printed) >= 2 * FEW * ROUNDS
    assert f" {len(printed)} alerts, " in client.output[-1]
    assert client.output[-1].endswith(f", {len(printed)} alerts sent, 0 refused, 0 dropped, 0 unsent\n")
    assert by_id(alerts_in(url)) == by_id(printed)
