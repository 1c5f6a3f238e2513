"""Receivers, webhooks that lead to them, and a courier between the two."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from webhooks.courier import Courier
from webhooks.events import EVENTS
from webhooks.models import Webhook

from .receiver import Answer, Received, Receiver, receiving

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def receivers() -> Iterator[Callable[..., Receiver]]:
    """Makes receivers that are there until the end of the test."""
    with ExitStack() as stack:

        def start(answer: Callable[[Received], Answer] = lambda _: 204) -> Receiver:
            return stack.enter_context(receiving(answer))

        yield start


@pytest.fixture
def receiver(receivers: Callable[..., Receiver]) -> Receiver:
    return receivers()


@pytest.fixture
def hook(receiver: Receiver) -> Webhook:
    """A webhook that leads to the receiver and is told everything."""
    return hook_to(receiver)


def hook_to(receiver: Receiver) -> Webhook:
    return Webhook.objects.enter({"url": receiver.url, "events": list(EVENTS)})


@pytest.fixture
def courier() -> Iterator[Courier]:
    with ThreadPoolExecutor(32) as pool:
        yield Courier(pool)


def deliver(courier: Courier, now: datetime = NOW) -> None:
    """Send all that is due at this moment, until nothing is."""
    while courier.start(now) or courier.on_their_way:
        courier.wait(10)
        courier.record(now)
