"""All targets together: each by itself, those of a rule besides those of all, to the end."""

import json
import time
from collections.abc import Callable, Iterator, Sequence

import pytest
from websocket_simulator.tests.ledger import MUTE, until

from watch import courier, notify
from watch.notify import Notifier, try_targets
from watch.outbox import Outbox
from watch.targets import Target, TargetError, targets_of

from .lines import line
from .mailbox import Mailbox
from .webhook import Webhook

Start = Callable[..., Notifier]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def outbox() -> Outbox:
    """In memory."""
    return Outbox(None, (), lambda line: None)


@pytest.fixture
def start(outbox: Outbox, said: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """A notifier that groups for 20 ms, tries again soon, and ends after the test."""
    monkeypatch.setattr(courier, "GROUP_SECONDS", 0.02)
    monkeypatch.setattr(courier, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(courier, "IDLE", 0.02)
    monkeypatch.setattr(notify, "END_TIMEOUT", 0.3)
    made = Notifier(outbox, said.append)

    def start(general: Sequence[Target], **named: Sequence[Target]) -> Notifier:
        outbox.use([target.sink for group in (general, *named.values()) for target in group])
        made.use(general, named)
        return made

    yield start
    made.end()


@pytest.fixture
def other() -> Iterator[Webhook]:
    with Webhook() as made:
        yield made


def target(place: Webhook | Mailbox) -> Target:
    return targets_of([place.address], "file")[0]


def put(outbox: Outbox, sinks: Sequence[str], *numbers: int) -> None:
    for number in numbers:
        outbox.put(f"{number:016x}", line(number), sinks)


def told(webhook: Webhook) -> list[int]:
    return [int(alert["id"], 16) for body in webhook.kept for alert in json.loads(body)["alerts"]]


def test_an_alert_goes_to_the_targets_of_all_and_to_those_of_its_rule(
    start: Start, webhook: Webhook, other: Webhook, mailbox: Mailbox
) -> None:
    all_of_them = start([target(webhook)], a=[target(other)], b=[target(mailbox), target(webhook)])
    assert all_of_them.sinks_of() == (target(webhook).sink,)
    assert all_of_them.sinks_of(["a"]) == (target(webhook).sink, target(other).sink)
    assert all_of_them.sinks_of(["b", "a", "b"]) == tuple(target(one).sink for one in (webhook, mailbox, other))
    assert all_of_them.sinks_of(["unknown"]) == (target(webhook).sink,)


def test_one_that_fails_does_not_hold_up_the_others(
    start: Start, outbox: Outbox, webhook: Webhook, other: Webhook, mailbox: Mailbox
) -> None:
    webhook.usual = MUTE
    all_of_them = start([target(webhook), target(other), target(mailbox)])
    put(outbox, all_of_them.sinks_of(), 1, 2)
    until(lambda: all_of_them.waiting == 2)
    assert (told(webhook), told(other), len(mailbox.mails)) == ([], [1, 2], 1)
    assert all_of_them.summary() == (
        f", {target(webhook).name}: 0 sent, 0 given up, 2 waiting"
        f", {target(other).name}: 2 sent, 0 given up, 0 waiting, {target(mailbox).name}: 2 sent, 0 given up, 0 waiting"
    )


def test_a_recording_ends_when_all_are_brought(start: Start, outbox: Outbox, webhook: Webhook, said: list[str]) -> None:
    webhook.answers.extend([503, 201, 503])
    all_of_them = start([target(webhook)])
    put(outbox, all_of_them.sinks_of(), *range(40))
    all_of_them.drain()
    assert (told(webhook), all_of_them.waiting, all_of_them.failed) == (list(range(40)), 0, 0)
    all_of_them.end()
    assert said[0] == f"{target(webhook).name}: answers 503; alerts are kept until it takes them"


def test_a_recording_ends_when_nothing_is_taken_any_more(
    start: Start, outbox: Outbox, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "DRAIN_TIMEOUT", 0.1)
    webhook.usual = 503
    all_of_them = start([target(webhook)])
    put(outbox, all_of_them.sinks_of(), 1)
    all_of_them.drain()
    assert all_of_them.waiting == 1


def test_the_end_is_at_once_if_nothing_waits(start: Start, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "IDLE", 60.0)
    monkeypatch.setattr(notify, "END_TIMEOUT", 60.0)
    all_of_them = start([target(webhook)])
    begun = time.monotonic()
    all_of_them.end()
    assert time.monotonic() - begun < 10


def test_the_end_waits_for_no_answer(start: Start, outbox: Outbox, webhook: Webhook, said: list[str]) -> None:
    webhook.usual = MUTE
    all_of_them = start([target(webhook)])
    put(outbox, all_of_them.sinks_of(), 1)
    until(lambda: webhook.requests)
    begun = time.monotonic()
    all_of_them.end()
    assert time.monotonic() - begun < 3
    assert (all_of_them.waiting, said) == (1, [])


def test_at_the_end_a_message_is_not_waited_for(
    start: Start, outbox: Outbox, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "GROUP_SECONDS", 60.0)
    monkeypatch.setattr(notify, "END_TIMEOUT", 10.0)
    all_of_them = start([target(webhook)])
    put(outbox, all_of_them.sinks_of(), 1)
    all_of_them.end()
    assert told(webhook) == [1]


def test_targets_come_and_go_while_it_runs(start: Start, outbox: Outbox, webhook: Webhook, other: Webhook) -> None:
    all_of_them = start([target(webhook)])
    kept = all_of_them.couriers[target(webhook).sink]
    start([target(webhook)], a=[target(other)])
    put(outbox, all_of_them.sinks_of(["a"]), 1)
    until(lambda: told(webhook) == told(other) == [1])
    start([], a=[target(other)])
    put(outbox, all_of_them.sinks_of(["a"]), 2)
    until(lambda: told(other) == [1, 2])
    assert (told(webhook), list(all_of_them.couriers)) == ([1], [target(other).sink])
    kept._thread.join(5)
    assert not kept._thread.is_alive()


def test_too_many_targets_change_nothing(start: Start, webhook: Webhook) -> None:
    all_of_them = start([target(webhook)])
    many = [targets_of([f"{webhook.address}/{number}"], "file") for number in range(33)]
    with pytest.raises(TargetError, match="there are more than 32 targets"):
        start([], **{f"word{number}": one for number, one in enumerate(many)})
    assert list(all_of_them.couriers) == [target(webhook).sink]


def test_a_test_message_says_of_each_target_whether_it_was_taken(
    webhook: Webhook, other: Webhook, mailbox: Mailbox
) -> None:
    said: list[str] = []
    other.usual = 404
    assert not try_targets([target(one) for one in (webhook, other, mailbox)], said.append)
    assert said == [
        f"{target(webhook).name}: taken", f"{target(other).name}: not taken: answers 404", f"{target(mailbox).name}: taken"
    ]  # fmt: skip
    assert mailbox.mails[0]["Subject"] == "A test of the watch"
    assert try_targets([target(webhook), target(mailbox)], said.append)
