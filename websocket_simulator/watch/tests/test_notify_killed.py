"""Killed in any phase, each target gets each alert at least once and, told apart by the ids, exactly once."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websocket_simulator.tests.ledger import until

from .mailbox import Mailbox
from .webhook import Webhook

SCRIPT = Path(__file__).parent / "bringing.py"
ROOT = SCRIPT.parents[3]
COUNT = 3
IDS = [f"{number:016x}" for number in range(COUNT)]
Live = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def live(tmp_path: Path, webhook: Webhook, mailbox: Mailbox) -> Iterator[Live]:
    """Begins a life with the same outbox as the last one, and the same two targets."""
    lives: list[subprocess.Popen[str]] = []

    def live(seconds: float = 0.05, pause: str = "") -> "subprocess.Popen[str]":
        command = [sys.executable, str(SCRIPT), str(tmp_path / "outbox"), str(seconds), pause, str(COUNT)]
        targets = f"{webhook.address}?rto=60\n{mailbox.address}"
        environ = {"NOTIFY_TARGETS": targets, "PYTHONPATH": f"{ROOT}:{ROOT / 'websocket_simulator'}"}
        lives.append(subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True))
        return lives[-1]

    yield live
    for process in lives:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def until_said(process: "subprocess.Popen[str]", word: str) -> None:
    assert any(text.strip() == word for text in iter(process.stdout.readline, ""))


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()


def hooked(webhook: Webhook) -> list[list[str]]:
    """The ids of each message that the webhook got, answered or not."""
    return [[alert["id"] for alert in json.loads(body)["alerts"]] for _, _, body in webhook.requests]


def mailed(mailbox: Mailbox) -> list[list[str]]:
    return [mail["X-Alert-Ids"].split() for mail in mailbox.mails]


def finish(live: Live) -> None:
    process = live()
    until_said(process, "end")
    assert process.wait() == 0


def test_killed_before_it_sends(live: Live, webhook: Webhook, mailbox: Mailbox) -> None:
    first = live(seconds=60, pause="wait")
    until_said(first, "put")
    kill(first)
    assert hooked(webhook) == mailed(mailbox) == []
    finish(live)
    assert hooked(webhook) == mailed(mailbox) == [IDS]


def test_killed_while_no_target_has_answered(live: Live, webhook: Webhook, mailbox: Mailbox) -> None:
    webhook.answers.append("no answer")
    mailbox.is_held = True
    first = live()
    until(lambda: webhook.requests and mailbox.mails)
    kill(first)
    mailbox.is_held = False
    finish(live)
    assert hooked(webhook) == mailed(mailbox) == [IDS, IDS]  # the second is the first again, and says so


@pytest.mark.parametrize("slow", ["webhook", "mailbox"])
def test_killed_while_one_has_answered_and_the_other_has_not(
    live: Live, webhook: Webhook, mailbox: Mailbox, slow: str
) -> None:
    mailbox.is_held = slow == "mailbox"
    webhook.answers.extend(["no answer"] if slow == "webhook" else [])
    first = live()
    until_said(first, "marked")
    until(lambda: webhook.requests and mailbox.mails)
    kill(first)
    mailbox.is_held = False
    finish(live)
    once, twice = (mailed(mailbox), hooked(webhook)) if slow == "webhook" else (hooked(webhook), mailed(mailbox))
    assert (once, twice) == ([IDS], [IDS, IDS])


def test_killed_after_an_answer_that_is_not_on_disk(live: Live, webhook: Webhook, mailbox: Mailbox) -> None:
    first = live(pause="taken")
    until_said(first, "taken")
    until_said(first, "taken")
    kill(first)
    assert hooked(webhook) == mailed(mailbox) == [IDS]
    finish(live)
    assert hooked(webhook) == mailed(mailbox) == [IDS, IDS]


def test_killed_when_all_is_on_disk(live: Live, webhook: Webhook, mailbox: Mailbox) -> None:
    first = live(pause="end")
    until_said(first, "end")
    kill(first)
    finish(live)
    assert hooked(webhook) == mailed(mailbox) == [IDS]
