"""manage.py deliver as a process, killed at any moment: each message arrives, in order, and one process sends at a time."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import groupby
from threading import Event
from typing import Any

import pytest
from websocket_simulator.tests.ledger import until

from embedded_postgres.server import PostgresServer
from webhooks.tests.receiver import Received, Receiver, receiving

from .running import ROOT, Running, call, free_port

TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}
LIVES, EACH = 3, 15
Deliver = Callable[..., Running]

pytestmark = pytest.mark.usefixtures("migrated")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def url(serve: Callable[[int], tuple[Running, str]], receiver: Receiver) -> str:
    """Of a ledger with a webhook that leads to the receiver."""
    _, url = serve(free_port())
    hook = {"url": receiver.url, "events": ["trade.inserted", "trade.deleted"]}
    assert call(f"{url}/api/webhooks/", hook)[0] == 201
    return url


@pytest.fixture
def deliver(run: Callable[..., Running], postgres: PostgresServer) -> Deliver:
    """Starts the process; with words, as they say."""
    manage = ROOT / "trading_system/manage.py"
    return lambda *words: run(sys.executable, manage, "deliver", *words, DATA_DIR=str(postgres.data_dir))


def add(url: str, *names: str) -> None:
    for name in names:
        assert call(f"{url}/api/trades/", TRADE | {"external_id": name})[0] == 201


def states(url: str) -> list[str]:
    """Of the first webhook's messages, newest first."""
    [hook] = call(f"{url}/api/webhooks/")[1]["results"]
    return [one["state"] for one in call(f"{url}/api/webhooks/{hook['id']}/deliveries/")[1]["results"]]


def told(received: list[Received]) -> list[Any]:
    return [request.message["data"]["external_id"] for request in received]


def test_nothing_is_missed_however_often_it_is_killed(url: str, receiver: Receiver, deliver: Deliver) -> None:
    for life in range(1, LIVES + 1):
        add(url, *(f"{life}-{number}" for number in range(EACH)))
        program = deliver()
        until(lambda: f"{life}-5" in told(receiver.taken), 60)  # noqa: B023  # at once
        program.process.send_signal(signal.SIGKILL)
        program.process.wait(timeout=30)
    assert deliver("--once").process.wait(timeout=60) == 0
    names = [f"{life}-{number}" for life in range(1, LIVES + 1) for number in range(EACH)]
    assert [name for name, _ in groupby(told(receiver.taken))] == names  # one may come again, at once
    assert len({request.id for request in receiver.taken}) == len(names)


def test_a_second_one_sends_when_the_first_is_gone(url: str, receiver: Receiver, deliver: Deliver) -> None:
    first = deliver()
    add(url, "a")
    until(lambda: states(url) == ["delivered"], 60)
    deliver()
    refused = deliver("--once")
    assert "Another process delivers" in refused.read_until("delivers")
    first.process.send_signal(signal.SIGKILL)
    add(url, "b")
    until(lambda: told(receiver.taken) == ["a", "b"], 60)


def test_asked_to_end_it_waits_for_what_is_on_its_way(url: str, receiver: Receiver, deliver: Deliver) -> None:
    may_answer = Event()

    def slowly(_: Received) -> int:
        assert may_answer.wait(10)
        return 204

    receiver.answer = slowly
    add(url, "a", "b")
    with ExitStack() as stack:
        stack.callback(may_answer.set)
        program = deliver()
        until(lambda: receiver.received, 60)
        program.process.terminate()
    assert program.process.wait(timeout=30) == 0
    assert told(receiver.taken) == ["a"]
    receiver.answer = lambda _: 204
    assert deliver("--once").process.wait(timeout=60) == 0
    assert told(receiver.taken) == ["a", "b"]
