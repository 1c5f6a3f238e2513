"""client.py sends alerts to targets, tries them with a message, and shows nobody a secret in their addresses."""

import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from websocket_simulator.watch.tests.webhook import Webhook

from .conftest import Start
from .ledger import until

SECRET = "s3cr3t-of-the-hook"


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as made:
        yield made


@pytest.fixture
def target(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> str:
    """What names the webhook on a command line; its address has a secret."""
    monkeypatch.setenv("NOTIFY_HOOK", f"json://me:{SECRET}@127.0.0.1:{webhook.port}/{SECRET}?+X-Key={SECRET}")
    return "$NOTIFY_HOOK"


@pytest.mark.parametrize(
    ("answer", "words", "status"),
    [(200, "taken", 0), (403, "not taken: answers 403", 1), (302, "not taken: answers 302: it has moved", 1)],
)
def test_a_test_message_says_whether_a_target_takes_it(
    start: Start, webhook: Webhook, target: str, answer: int, words: str, status: int
) -> None:
    webhook.usual = answer
    client = start("client.py", "--notify", target, "--notify-test")
    out, err = client.communicate(timeout=30)
    assert (client.returncode, err, len(webhook.requests)) == (status, "", 1)
    assert out.startswith(f"json://127.0.0.1:{webhook.port} ($NOTIFY_HOOK): {words}")
    assert SECRET not in out


def test_a_target_that_is_not_there_is_not_taken(start: Start, webhook: Webhook, target: str) -> None:
    webhook.close()
    client = start("client.py", "--notify", target, "--notify-test")
    out, err = client.communicate(timeout=30)
    assert (client.returncode, err) == (1, "")
    assert "not taken: cannot be reached" in out
    assert SECRET not in out


def test_a_secret_on_the_command_line_is_refused_and_not_repeated(start: Start) -> None:
    client = start("client.py", "--notify", f"json://me:{SECRET}@127.0.0.1:9/", "--notify-test")
    out, err = client.communicate(timeout=30)
    assert client.returncode == 2
    assert "others can read" in err
    assert SECRET not in out + err


def test_no_secret_is_said_of_a_target_that_refuses(
    start: Start, webhook: Webhook, target: str, recording: Path, tmp_path: Path
) -> None:
    webhook.usual = 503
    rules = tmp_path / "rules.toml"
    address = f"json://you:{SECRET}@127.0.0.1:{webhook.port}/"
    rules.write_text(f'[[rule]]\nname = "rise"\nkind = "rise"\nthreshold = 2\nnotify = ["{address}"]\n')
    client = start("client.py", "--replay", str(recording), "--notify", target, "--rules", str(rules))
    until(lambda: len(webhook.requests) >= 2)
    client.send_signal(signal.SIGTERM)
    out, err = client.communicate(timeout=30)
    assert client.returncode == 0
    assert re.findall(r": (\d sent, 0 given up, \d) waiting", err) == ["0 sent, 0 given up, 2"] * 2
    assert SECRET not in out + err


def test_a_port_for_metrics_that_is_taken_is_one_clear_line(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        client = start("client.py", "--metrics", str(port), "--api", "http://127.0.0.1:9", "--no-state")
        _, err = client.communicate(timeout=30)
    assert client.returncode == 1
    assert f"error: cannot serve metrics on 127.0.0.1:{port}: Address already in use\n" in err
    assert "Traceback" not in err
