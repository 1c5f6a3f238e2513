"""python client.py --api, as people run it."""

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest

from .ledger import MUTE, Ledger, until

Start = Callable[..., "Popen[str]"]


@pytest.fixture
def sending(start: Start, recording: Path, ledger: Ledger) -> Callable[..., "Popen[str]"]:
    """Starts a client that sends the two alerts of the recording."""
    return lambda *options: start(
        "client.py", "--replay", str(recording), "--json", "--api", f"{ledger.url}/", *options
    )


def test_what_is_printed_is_sent(sending: Start, ledger: Ledger) -> None:
    client = sending()
    out, err = client.communicate(timeout=20)
    assert client.returncode == 0
    assert [json.loads(alert) for alert in ledger.kept] == [json.loads(line) for line in out.splitlines()]
    assert len(ledger.kept) == 2
    assert {request[0] for request in ledger.requests} == {"/api/alerts/"}
    assert err.splitlines() == [err.splitlines()[-1]]
    assert err.endswith(" 2 alerts, 2 alerts sent, 0 refused, 0 dropped, 0 unsent\n")


def test_the_end_of_a_recording_waits_for_an_api_that_comes_back(sending: Start, ledger: Ledger) -> None:
    ledger.close()
    client = sending()
    assert client.stderr is not None
    assert client.stderr.readline() == f"{ledger.url}: Connection refused; alerts are kept until it is back\n"
    ledger.open()
    out, err = client.communicate(timeout=20)
    assert (client.returncode, len(ledger.kept), len(out.splitlines())) == (0, 2, 2)
    assert err.startswith(f"{ledger.url}: takes alerts again\n")


def test_alerts_that_the_api_refuses_are_a_failure(sending: Start, ledger: Ledger) -> None:
    ledger.usual = 400
    client = sending()
    _, err = client.communicate(timeout=20)
    assert client.returncode == 1
    assert f"{ledger.url}: refuses alerts: 400, " in err
    assert err.endswith(" 2 alerts, 0 alerts sent, 2 refused, 0 dropped, 0 unsent\n")


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("usual", [MUTE, 503])
def test_a_signal_ends_the_wait_and_says_what_was_not_sent(
    sending: Start, ledger: Ledger, signum: int, usual: int | str
) -> None:
    ledger.usual = usual
    client = sending()
    assert client.stdout is not None
    assert [client.stdout.readline()[:1] for _ in range(2)] == ["{", "{"]
    until(lambda: ledger.requests)
    begun = time.monotonic()
    client.send_signal(signum)
    _, err = client.communicate(timeout=20)
    assert time.monotonic() - begun < 5
    assert (client.returncode, "Traceback" in err) == (0, False)
    assert err.splitlines()[-2] == f"{ledger.url}: 2 alerts could not be sent"
    assert err.endswith(" 2 alerts, 0 alerts sent, 0 refused, 0 dropped, 2 unsent\n")


@pytest.mark.parametrize("end", [["--duration", "3"], ["--max-alerts", "1"]])
def test_an_end_that_was_asked_for_sends_what_is_left(
    start: Start, url_of: Callable[["Popen[str]"], str], recording: Path, ledger: Ledger, end: list[str]
) -> None:
    feed = url_of(start("server.py", "--port", "0", "--replay", str(recording), "--speed", "0"))
    client = start("client.py", "--url", feed, "--json", "--api", ledger.url, *end)
    out, err = client.communicate(timeout=20)
    assert client.returncode == 0
    assert len(ledger.kept) == len(out.splitlines()) > 0
    assert err.endswith(f", {len(ledger.kept)} alerts sent, 0 refused, 0 dropped, 0 unsent\n")


def test_alerts_are_printed_at_once_while_the_api_does_not_answer(
    start: Start, url_of: Callable[["Popen[str]"], str], recording: Path, ledger: Ledger
) -> None:
    ledger.usual = MUTE
    feed = url_of(start("server.py", "--port", "0", "--replay", str(recording), "--speed", "0"))
    client = start("client.py", "--url", feed, "--api", ledger.url)
    assert client.stdout is not None
    assert [client.stdout.readline()[:1] for _ in range(2)] == ["📈", "📈"]
    client.terminate()
    _, err = client.communicate(timeout=20)
    assert client.returncode == 0
    assert err.endswith(" candles sent, 0 alerts sent, 0 refused, 0 dropped, 2 unsent\n")
