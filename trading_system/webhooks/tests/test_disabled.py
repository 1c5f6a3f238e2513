"""A receiver that takes nothing for three days, or is gone, is asked no more, until somebody says so."""

from datetime import datetime, timedelta

import pytest

from webhooks.courier import Courier
from webhooks.models import Webhook, WebhookDelivery
from webhooks.schedule import MAX_ATTEMPTS

from .conftest import NOW, deliver
from .receiver import Receiver
from .test_order import queue, types

pytestmark = pytest.mark.django_db


def time_passes(courier: Courier, now: datetime) -> datetime:
    """Deliver at each moment at which something is due, as long as there is one; return the last."""
    while waiting := WebhookDelivery.objects.waiting().filter(hook__is_enabled=True).first():
        assert waiting.next_attempt_at
        now = max(now, waiting.next_attempt_at)
        deliver(courier, now)
    return now


def test_after_three_days_it_is_disabled(courier: Courier, hook: Webhook, receiver: Receiver) -> None:
    first, _ = queue(hook, "a", "b")
    receiver.answer = lambda _: 500
    last = time_passes(courier, NOW)
    assert timedelta(days=3) <= last - NOW <= timedelta(days=4)
    assert types(receiver.received) == ["a"] * MAX_ATTEMPTS
    hook.refresh_from_db()
    assert not hook.is_enabled
    assert hook.disabled_reason == f"{first} failed {MAX_ATTEMPTS} times: answered 500"


def test_enabled_it_goes_on_from_where_it_stood(courier: Courier, hook: Webhook, receiver: Receiver) -> None:
    queue(hook, "a", "b")
    receiver.answer = lambda _: None
    last = time_passes(courier, NOW)
    receiver.answer = lambda request: 500 if len(receiver.received) == MAX_ATTEMPTS + 1 else 204
    hook.refresh_from_db()
    hook.enable(last)
    assert time_passes(courier, last) - last < timedelta(seconds=10)  # its attempts are counted anew
    assert types(receiver.taken) == ["a", "b"]


def test_a_receiver_that_is_gone_is_asked_once(courier: Courier, hook: Webhook, receiver: Receiver) -> None:
    queue(hook, "a")
    receiver.answer = lambda _: 410
    time_passes(courier, NOW)
    hook.refresh_from_db()
    assert (len(receiver.received), hook.is_enabled) == (1, False)
    assert "410" in hook.disabled_reason


def test_what_is_disabled_meanwhile_is_not_sent(courier: Courier, hook: Webhook, receiver: Receiver) -> None:
    queue(hook, "a")
    hook.disable("")
    deliver(courier)
    assert receiver.received == []
