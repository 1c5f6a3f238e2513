"""Alerts to one target, step by step: together for seconds, again until they are taken, given up in the end."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websocket_simulator.tests.ledger import RESET, until

from watch import courier
from watch.courier import BEHIND, FIRST_DELAY, LONGEST_DELAY, MAX_AGE, MAX_REFUSALS, Courier, delay_after
from watch.grouping import GROUP_SECONDS, MAX_TOGETHER, Message
from watch.messenger import Outcome
from watch.outbox import Outbox
from watch.targets import targets_of

from .lines import line
from .mailbox import Mailbox
from .webhook import Webhook

Put = Callable[..., None]
NAME = "json://127.0.0.1:{}"


class Clock:
    """Seconds since the epoch, which pass when a test says so."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(clock: Clock) -> Outbox:
    """In memory."""
    return Outbox(None, (), lambda text: None, clock)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def bring(webhook: Webhook, outbox: Outbox, clock: Clock, said: list[str]) -> Courier:
    [target] = targets_of([webhook.address], "file")
    outbox.use([target.sink])
    return Courier(target, outbox, said.append, clock)


@pytest.fixture
def put(bring: Courier, outbox: Outbox) -> Put:
    def put(*numbers: int, **fields: str) -> None:
        for number in numbers:
            alert = line(number, ticker=f"T{number}", **fields)
            outbox.put(json.loads(alert)["id"], alert, [bring.target.sink])

    return put


def told(webhook: Webhook) -> list[list[int]]:
    """The numbers of the alerts of each message that came."""
    return [[int(alert["id"], 16) for alert in json.loads(body)["alerts"]] for _, _, body in webhook.requests]


def test_with_nothing_to_bring_there_is_no_next_step(bring: Courier) -> None:
    assert bring.step() is None


def test_alerts_of_five_seconds_are_one_message(bring: Courier, put: Put, clock: Clock, webhook: Webhook) -> None:
    put(1, 2)
    assert bring.step() == GROUP_SECONDS
    clock.now += 3
    put(3)
    assert (bring.step(), webhook.requests) == (2, [])
    clock.now += 2
    put(4)
    assert (bring.step(), told(webhook), bring.waiting) == (GROUP_SECONDS, [[1, 2, 3]], 1)
    clock.now += 5
    bring.step()
    assert (told(webhook), bring.sent, bring.waiting) == ([[1, 2, 3], [4]], 4, 0)


def test_a_message_has_so_many_alerts_at_most(bring: Courier, put: Put, webhook: Webhook) -> None:
    put(*range(MAX_TOGETHER + 1))
    bring.hurry()
    assert (bring.step(), bring.step(), bring.step()) == (0, 0, None)
    assert [len(numbers) for numbers in told(webhook)] == [MAX_TOGETHER, 1]


@pytest.mark.parametrize("answer", [401, 404, 429, 500, 301, RESET])
def test_what_is_not_taken_is_sent_again_as_it_was(
    bring: Courier, put: Put, clock: Clock, webhook: Webhook, said: list[str], answer: int | str
) -> None:
    webhook.answers.extend([answer] * 7)
    put(1, 2)
    clock.now += 5
    delays = []
    for _ in range(7):
        delays.append(bring.step())
        put(10 + len(delays))
        clock.now += 6
    assert delays == [1, 2, 4, 8, 16, 32, 64]
    bring.step()
    assert told(webhook) == [[1, 2]] * 8
    name = bring.target.name
    assert [text.partition(";")[2] for text in said] == [" alerts are kept until it takes them", ""]
    assert (said[1], bring.sent, bring.failed) == (f"{name}: takes messages again", 2, 0)


def test_delays_grow_up_to_a_limit() -> None:
    assert [delay_after(attempts) for attempts in (1, 2, 3, 9, 10, 5000)] == [
        FIRST_DELAY,
        2,
        4,
        256,
        LONGEST_DELAY,
        LONGEST_DELAY,
    ]


def test_a_service_that_asks_for_more_time_gets_it(bring: Courier, put: Put, clock: Clock, webhook: Webhook) -> None:
    webhook.usual, webhook.headers = 429, {"Retry-After": "17"}
    put(1)
    clock.now += 5
    assert [bring.step() for _ in range(7)] == [17, 17, 17, 17, 17, 32, 64]


def test_what_was_late_is_followed_by_all_that_wait(bring: Courier, put: Put, clock: Clock, webhook: Webhook) -> None:
    put(1)
    for number in range(2, 6):
        clock.now += BEHIND
        put(number)
    bring.step()
    bring.step()
    clock.now += 5
    put(6)
    clock.now += 5
    bring.step()
    assert told(webhook) == [[1], [2, 3, 4, 5], [6]]


@pytest.mark.parametrize("status", [400, 410, 413, 422])
def test_a_message_that_is_refused_again_and_again_is_given_up(
    bring: Courier, put: Put, clock: Clock, webhook: Webhook, said: list[str], status: int
) -> None:
    webhook.answers.extend([status] * MAX_REFUSALS)
    put(1, 2)
    clock.now += 5
    put(3)
    clock.now += 5
    for _ in range(MAX_REFUSALS + 1):
        bring.step()
    assert told(webhook) == [[1, 2]] * MAX_REFUSALS + [[3]]
    assert (bring.sent, bring.failed, bring.waiting) == (1, 2, 0)
    assert said[1:] == [
        f"{bring.target.name}: 2 alerts are refused (answers {status}), and given up",
        f"{bring.target.name}: takes messages again",
    ]


def test_after_a_day_alerts_are_given_up(
    bring: Courier, put: Put, clock: Clock, webhook: Webhook, said: list[str]
) -> None:
    webhook.usual = 503
    put(1)
    clock.now += 10
    put(2)
    clock.now += MAX_AGE
    bring.step()
    assert (bring.failed, bring.waiting) == (1, 1)
    assert said[-1] == f"{bring.target.name}: 1 alert could not be sent for 24 hours, and given up"


def test_what_cannot_be_read_is_given_up_and_holds_up_nothing(
    bring: Courier, put: Put, outbox: Outbox, clock: Clock, webhook: Webhook, said: list[str]
) -> None:
    outbox.put("x", '{"kind": "of another version"}', [bring.target.sink])
    put(1)
    clock.now += 5
    assert (bring.step(), bring.step()) == (0, GROUP_SECONDS)
    assert (told(webhook), bring.failed, bring.sent) == ([[1]], 1, 1)
    assert said == [f"{bring.target.name}: 1 alert cannot be read, and given up"]


def test_a_mail_has_every_alert_once(mailbox: Mailbox, outbox: Outbox, clock: Clock) -> None:
    [target] = targets_of([mailbox.address], "file")
    mailbox.answers.extend(["451 later", "550 never"])
    outbox.use([target.sink])
    one = Courier(target, outbox, lambda text: None, clock)
    for number in (1, 2):
        outbox.put(f"{number:016x}", line(number), [target.sink])
    one.hurry()
    assert [one.step() for _ in range(4)] == [1, 2, 0, None]
    assert [mail["X-Alert-Ids"].split() for mail in mailbox.mails] == [[f"{number:016x}" for number in (1, 2)]]


class Scripted:
    """In place of a messenger: takes messages as it is told, and remembers them."""

    def __init__(self) -> None:
        self.is_taking, self.sent = True, list[list[int]]()

    def send(self, message: Message) -> Outcome:
        self.sent.append([int(alert_id, 16) for alert_id in message.ids])
        return Outcome(self.is_taking, status=200 if self.is_taking else 503)


def expected(events: list[str | float]) -> list[list[int]]:
    """The messages of those events, said again in the plainest way."""
    waiting, messages, now, count, is_behind = list[tuple[int, float]](), list[list[int]](), 0.0, 0, False
    for event in events:
        if event == "put":
            waiting.append((count, now))
            count += 1
        elif isinstance(event, float):
            now += event
        elif waiting and now >= waiting[0][1] + GROUP_SECONDS:
            first = waiting[0][1]
            messages.append([number for number, added in waiting if is_behind or added < first + GROUP_SECONDS])
            if event == "taken":
                is_behind = now - first > BEHIND
                waiting = [one for one in waiting if one[0] not in messages[-1]]
    return messages


EVENTS = st.lists(st.sampled_from(["put", "put", "taken", "lost"]) | st.sampled_from([1.0, 5.0, 61.0]), max_size=60)


@given(EVENTS)
def test_whatever_happens_messages_are_those_of_the_rule(events: list[str | float]) -> None:
    clock, scripted = Clock(), Scripted()
    [target], begun = targets_of(["json://127.0.0.1/"], "file"), clock.now
    outbox = Outbox(None, [target.sink], lambda text: None, clock)
    one = Courier(target, outbox, lambda text: None, clock)
    one._messenger = scripted
    number = 0
    for event in events:
        if event == "put":
            outbox.put(f"{number:016x}", line(number), [one.target.sink])
            number += 1
        elif isinstance(event, float):
            clock.now += event
        else:
            scripted.is_taking = event == "taken"
            one.step()
    assert scripted.sent == expected(events)
    assert one.sent + one.waiting == number
    assert clock.now - begun < MAX_AGE


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "GROUP_SECONDS", 0.02)
    monkeypatch.setattr(courier, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(courier, "IDLE", 0.02)


@pytest.mark.usefixtures("quick")
def test_a_thread_does_it_until_the_end(webhook: Webhook, said: list[str]) -> None:
    [target] = targets_of([webhook.address], "file")
    outbox = Outbox(None, [target.sink], said.append)
    webhook.answers.extend([500, 201, 500])
    one = Courier(target, outbox, said.append)
    one.start()
    for number in range(3):
        outbox.put(f"{number:016x}", line(number), [target.sink])
        until(lambda sent=number + 1: one.sent == sent)
    one.end()
    one._thread.join(5)
    assert not one._thread.is_alive()
    assert {number for numbers in told(webhook) for number in numbers} == {0, 1, 2}


def test_at_the_end_what_is_left_is_tried_once_more(bring: Courier, put: Put, webhook: Webhook, clock: Clock) -> None:
    webhook.answers.extend([201, 500])
    put(1)
    clock.now += 10
    put(2)
    bring.end()
    bring.run()
    assert (told(webhook), bring.waiting) == ([[1], [2]], 1)
