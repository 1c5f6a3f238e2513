"""Twenty webhooks whose receivers fail at random get everything, in its order, over crashes of who sends."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from itertools import groupby

import pytest
from rest_framework.test import APIClient

from webhooks.courier import Courier
from webhooks.models import WebhookDelivery

from .conftest import NOW, hook_to
from .receiver import Answer, Received, Receiver
from .test_taking import TRADE, TRADES, take_all

HOOKS, ADDED = 20, 15
CRASHES = 0.2  # of the rounds
FAILURES: list[Answer] = [500, 502, 404, 301, (503, {"Retry-After": "60"}), (429, {}), None]


def failing(seed: int) -> Callable[[Received], Answer]:
    """Fails in a third of the cases, the same in each run."""
    chance = random.Random(seed)
    return lambda _: 204 if chance.random() < 2 / 3 else chance.choice(FAILURES)


def rounds(courier: Courier) -> Iterator[None]:
    """Each begins when everything that waits is due, and is lost from memory if the process crashes."""
    now, chance = NOW, random.Random(7)
    while last := WebhookDelivery.objects.waiting().order_by("next_attempt_at").last():
        assert last.next_attempt_at
        now = max(now, last.next_attempt_at)
        courier.start(now)
        wait(courier.on_their_way)
        if chance.random() < CRASHES:
            courier.on_their_way.clear()
        courier.record(now)
        yield


@pytest.mark.django_db(transaction=True)
def test_each_got_each_in_order(api: APIClient, courier: Courier, receivers: Callable[..., Receiver]) -> None:
    ends = [receivers(failing(seed)) for seed in range(HOOKS)]
    for end in ends:
        hook_to(end)
    names = [str(number) for number in range(ADDED)]
    for name in names:
        api.post(TRADES, TRADE | {"external_id": name})
    take_all()
    assert sum(1 for _ in rounds(courier)) > ADDED
    for end in ends:
        told = [request.message["data"]["external_id"] for request in end.taken]
        assert [name for name, _ in groupby(told)] == names  # one may come again, at once
        assert len({request.id for request in end.taken}) == ADDED
    assert any(len(end.taken) > ADDED for end in ends)
    assert sum(len(end.received) - len(end.taken) for end in ends) > HOOKS
