"""Messages of a webhook arrive in their order, each at least once, whatever becomes of attempts."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest

from webhooks.courier import Courier
from webhooks.models import Webhook, WebhookDelivery

from .conftest import NOW, deliver, hook_to
from .receiver import Answer, Received, Receiver

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=10)


def queue(hook: Webhook, *names: str) -> list[str]:
    """Messages with these words in them that wait; their ids."""
    added = WebhookDelivery.objects.add(hook, [("trade.inserted", f'{{"type":"{name}"}}') for name in names], NOW)
    return [delivery.message for delivery in added]


def types(received: list[Received]) -> list[str]:
    return [request.message["type"] for request in received]


def test_they_arrive_one_after_the_other_signed(courier: Courier, hook: Webhook, receiver: Receiver) -> None:
    ids = queue(hook, "a", "b", "c")
    deliver(courier)
    assert types(receiver.taken) == ["a", "b", "c"]
    assert [request.id for request in receiver.taken] == ids
    assert not WebhookDelivery.objects.waiting().exists()


@pytest.mark.parametrize("failure", [500, 404, 302, 429, None])
def test_one_that_fails_holds_back_those_behind_it(
    courier: Courier, hook: Webhook, receiver: Receiver, failure: Answer
) -> None:
    queue(hook, "a", "b", "c")
    receiver.answer = lambda request: failure if request.message["type"] == "b" else 204
    deliver(courier)
    assert types(receiver.received) == ["a", "b"]
    receiver.answer = lambda _: 204
    deliver(courier)
    assert types(receiver.received) == ["a", "b"]  # its time has not come
    deliver(courier, SOON)
    assert types(receiver.taken) == ["a", "b", "c"]
    assert len({request.id for request in receiver.received}) == 3  # an attempt has the id of the one before


def test_a_slow_receiver_does_not_hold_up_others(
    courier: Courier, receivers: Callable[..., Receiver], receiver: Receiver, hook: Webhook
) -> None:
    other_is_done = Event()

    def slowly(_: Received) -> Answer:
        assert other_is_done.wait(10)
        return 204

    slow = receivers(slowly)
    queue(hook_to(slow), "a", "b")
    queue(hook, *"abcdef")
    while len(receiver.taken) < 6:
        courier.start(NOW)
        courier.wait(0.1)
        courier.record(NOW)
    assert types(slow.received) == ["a"]
    other_is_done.set()
    deliver(courier)
    assert types(slow.taken) == ["a", "b"]


def test_what_was_sent_when_the_process_died_is_sent_again(courier: Courier, hook: Webhook, receiver: Receiver) -> None:
    [message] = queue(hook, "a")
    courier.start(NOW)
    courier.wait(10)  # and then it dies: nothing is recorded
    courier.on_their_way.clear()
    deliver(courier)
    assert [request.id for request in receiver.taken] == [message, message]


def test_a_receiver_that_asks_for_time_gets_it(courier: Courier, hook: Webhook, receiver: Receiver) -> None:
    queue(hook, "a")
    receiver.answer = lambda _: (503, {"Retry-After": "3600"})
    deliver(courier)
    deliver(courier, NOW + timedelta(minutes=59))
    assert len(receiver.received) == 1
    deliver(courier, NOW + timedelta(minutes=60))
    assert len(receiver.received) == 2


def test_one_that_was_deleted_meanwhile_is_forgotten(courier: Courier, hook: Webhook, receiver: Receiver) -> None:
    queue(hook, "a", "b")
    courier.start(NOW)
    hook.delete()
    deliver(courier)
    assert types(receiver.received) == ["a"]
    assert not WebhookDelivery.objects.exists()


def test_there_is_no_more_than_one_of_a_webhook_on_its_way(
    courier: Courier, hook: Webhook, receivers: Callable[..., Receiver]
) -> None:
    queue(hook, "a", "b")
    assert courier.start(NOW)
    assert not courier.start(NOW)
    courier.finish()
