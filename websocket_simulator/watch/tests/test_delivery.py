"""Alerts from the outbox to the ledger: none is lost, none is out of order, and nobody waits for them."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from websocket_simulator.tests.ledger import DRIBBLE, DROP, HALF, MUTE, RESET, Ledger, until

from watch import api, delivery, outbox
from watch.delivery import Delivery
from watch.outbox import Outbox

ALERTS = [f'{{"id": "{number}"}}' for number in range(20)]
Deliver = Callable[[], Delivery]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def box(said: list[str]) -> Outbox:
    """In memory."""
    return Outbox(None, ["ledger"], said.append)


@pytest.fixture
def deliver(ledger: Ledger, box: Outbox, said: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Deliver]:
    """Starts a delivery from the outbox that tries again soon, and ends it after the test."""
    monkeypatch.setattr("watch.connection.FIRST_DELAY", 0.01)
    monkeypatch.setattr("watch.connection.LONGEST_DELAY", 0.05)
    monkeypatch.setattr(delivery, "END_TIMEOUT", 0.5)
    made: list[Delivery] = []

    def start() -> Delivery:
        made.append(Delivery(ledger.url, box, said.append))
        made[-1].start()
        return made[-1]

    yield start
    ledger.close()
    for one in made:
        one.end()


def put(one: Delivery, *alerts: str) -> None:
    for number, alert in enumerate(alerts, one.unsent):
        assert one.outbox.put(f"{number}", alert)


def put_all(deliver: Deliver) -> Delivery:
    one = deliver()
    put(one, *ALERTS)
    return one


def test_alerts_arrive_once_as_they_are_and_in_order(ledger: Ledger, deliver: Deliver, said: list[str]) -> None:
    one = put_all(deliver)
    one.drain()
    assert ledger.requests == [("/api/alerts/", "application/json", alert) for alert in ALERTS]
    one.end()
    assert one.summary() == ", 20 alerts sent, 0 refused, 0 dropped, 0 unsent"
    assert (said, one.lost) == ([], 0)


@pytest.mark.parametrize("trouble", [500, 502, 503, 401, 403, 408, 429, DROP, RESET, HALF])
def test_what_was_not_answered_is_sent_again_until_it_is(
    ledger: Ledger, deliver: Deliver, said: list[str], trouble: int | str
) -> None:
    ledger.answers.extend([201, trouble, trouble, 201, trouble])
    one = put_all(deliver)
    one.drain()
    assert (ledger.kept, one.sent, one.lost) == (ALERTS, 20, 0)
    assert len(ledger.requests) == len(ALERTS) + 3
    assert [line.removeprefix(f"{ledger.url}: ").partition(";")[2] for line in said[::2]] == [
        " alerts are kept until it is back"
    ] * 2
    assert said[1::2] == [f"{ledger.url}: takes alerts again"] * 2


@pytest.mark.parametrize("trouble", [MUTE, DRIBBLE])
def test_an_api_that_does_not_come_to_an_end_is_left(
    ledger: Ledger, deliver: Deliver, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(api, "TIMEOUT", 0.2)
    ledger.answers.append(trouble)
    put_all(deliver).drain()
    assert ledger.kept == ALERTS


def test_an_api_that_is_down_is_said_once_and_gets_all_when_it_is_back(
    ledger: Ledger, deliver: Deliver, said: list[str]
) -> None:
    ledger.close()
    one = put_all(deliver)
    until(lambda: said)
    ledger.open()
    one.drain()
    assert ledger.kept == ALERTS
    assert said == [
        f"{ledger.url}: Connection refused; alerts are kept until it is back",
        f"{ledger.url}: takes alerts again",
    ]


@pytest.mark.parametrize("status", [302, 400, 404, 409, 413])
def test_what_the_api_refuses_is_said_and_not_sent_again(
    ledger: Ledger, deliver: Deliver, said: list[str], status: int
) -> None:
    ledger.answers.extend([201, status, status, 201])
    one = put_all(deliver)
    one.drain()
    assert [request[2] for request in ledger.requests] == ALERTS
    assert one.summary() == ", 18 alerts sent, 2 refused, 0 dropped, 0 unsent"
    refusal = f'{ledger.url}: refuses alerts: {status}, \'{{"price":["Must be above zero."]}}\''
    assert said == [refusal, f"{ledger.url}: takes alerts again"]
    assert one.lost == 2


def test_beyond_the_limit_the_oldest_are_dropped_and_counted(
    ledger: Ledger, deliver: Deliver, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_BYTES", sum(map(len, ALERTS[-5:])))
    ledger.usual = 503
    one = put_all(deliver)
    assert (one.dropped, one.unsent) == (15, 5)
    until(lambda: ledger.requests)
    ledger.usual = 201
    one.drain()
    assert ledger.kept == ALERTS[-5:]
    assert (one.summary(), one.lost) == (", 5 alerts sent, 0 refused, 15 dropped, 0 unsent", 15)


def test_at_the_end_what_is_left_is_tried_once_more(ledger: Ledger, deliver: Deliver) -> None:
    ledger.close()
    one = put_all(deliver)
    ledger.open()
    one.end()
    assert (ledger.kept, one.sent) == (ALERTS, 20)


@pytest.mark.parametrize("trouble", ["closed", 503, MUTE])
def test_at_the_end_what_cannot_be_sent_is_said_in_time(
    ledger: Ledger, deliver: Deliver, said: list[str], trouble: int | str
) -> None:
    if trouble == "closed":
        ledger.close()
    ledger.usual = trouble
    one = put_all(deliver)
    begun = time.monotonic()
    one.end()
    assert time.monotonic() - begun < delivery.END_TIMEOUT + 1
    assert said[-1] == f"{ledger.url}: 20 alerts could not be sent"
    assert one.summary() == ", 0 alerts sent, 0 refused, 0 dropped, 20 unsent"


def test_one_alert_is_not_several(ledger: Ledger, deliver: Deliver, said: list[str]) -> None:
    ledger.usual = 503
    one = deliver()
    put(one, ALERTS[0])
    one.end()
    assert said[-1] == f"{ledger.url}: 1 alert could not be sent"


def test_whoever_has_time_does_not_wait_for_ever(
    ledger: Ledger, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "DRAIN_TIMEOUT", 0.2)
    ledger.usual = 503
    one = put_all(deliver)
    one.drain()
    assert one.unsent == 20


def test_an_api_that_never_answers_delays_nobody(ledger: Ledger, deliver: Deliver) -> None:
    ledger.usual = MUTE
    one = deliver()
    took = []
    for number in range(5000):
        begun = time.perf_counter()
        one.outbox.put(f"{number}", ALERTS[number % 20])
        took.append(time.perf_counter() - begun)
    assert sorted(took)[len(took) // 2] < 0.001
    assert one.unsent == 5000


def test_it_asks_no_proxy(ledger: Ledger, deliver: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    put_all(deliver).drain()
    assert ledger.kept == ALERTS


def test_a_step_sends_the_oldest_and_says_whether_there_was_one(ledger: Ledger, box: Outbox, said: list[str]) -> None:
    one = Delivery(ledger.url, box, said.append)
    assert not one.step()
    put(one, ALERTS[0], ALERTS[1])
    ledger.answers.extend([503, 201, 400])
    assert [(one.step(), one.unsent, one.sent, one.refused) for _ in range(4)] == [
        (True, 2, 0, 0),  # kept, as it was not answered
        (True, 1, 1, 0),
        (True, 0, 1, 1),
        (False, 0, 1, 1),
    ]
    assert [request[2] for request in ledger.requests] == [ALERTS[0], ALERTS[0], ALERTS[1]]


def test_a_pause_that_the_api_asks_for_is_made(ledger: Ledger, deliver: Deliver) -> None:
    ledger.retry_after = "1"
    ledger.answers.append(429)
    begun = time.monotonic()
    put_all(deliver).drain()
    assert 1 <= time.monotonic() - begun < 10
    assert (ledger.kept, len(ledger.requests)) == (ALERTS, 21)


def test_a_pause_does_not_hold_up_the_end(ledger: Ledger, deliver: Deliver, box: Outbox) -> None:
    ledger.retry_after, ledger.usual = "200", 503
    one = put_all(deliver)
    until(lambda: ledger.requests)
    ledger.usual = 201
    one.end()
    assert (one.sent, one.unsent) == (20, 0)


@pytest.mark.parametrize(("status", "pause"), [(503, 200.0), (400, None), (201, None)])
def test_a_pause_is_asked_for_by_those_alone_that_want_the_alert_again(
    ledger: Ledger, box: Outbox, said: list[str], status: int, pause: float | None
) -> None:
    ledger.retry_after, ledger.usual = "200", status
    one = Delivery(ledger.url, box, said.append)
    put(one, ALERTS[0])
    assert (one.step(), one.pause) == (True, pause)


def test_each_answer_is_told(ledger: Ledger, box: Outbox, said: list[str]) -> None:
    told: list[int] = []
    one = Delivery(ledger.url, box, said.append, answered=lambda: told.append(box.unsent("ledger")))
    put(one, *ALERTS[:3])
    ledger.answers.extend([503, 201, 400, 201])
    for _ in range(5):
        one.step()
    assert told == [2, 1, 0]


@pytest.mark.parametrize("is_killed", [False, True])
def test_an_alert_that_waited_through_a_restart_is_sent_once(
    ledger: Ledger, tmp_path: Path, said: list[str], is_killed: bool
) -> None:
    path = tmp_path / "outbox"
    ledger.usual = 503
    first = Outbox(path, ["ledger"], said.append)
    one = Delivery(ledger.url, first, said.append)
    put(one, *ALERTS[:3])
    ledger.answers.extend([201])
    one.step()
    one.start()
    one.end()
    assert said[-1] == f"{ledger.url}: 2 alerts could not be sent; the next start sends them"
    content = path.read_bytes()
    first.close()
    if is_killed:  # then it ended as it was, and not with `close`
        path.write_bytes(content)
    ledger.usual = 201
    for _ in range(2):
        again = Outbox(path, ["ledger"], said.append)
        later = Delivery(ledger.url, again, said.append)
        assert not again.put("1", ALERTS[1])
        later.start()
        later.drain()
        later.end()
        again.close()
    assert ledger.kept == ALERTS[:3]
