"""What the database refuses, whoever writes; how webhooks are kept, shown to operators, and measured."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from webhooks.courier import Courier
from webhooks.models import KEPT_DAYS, Webhook, WebhookDelivery

from .conftest import NOW, deliver
from .test_order import queue

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"url": "ftp://receiver.example/"}, "webhook_url_form"),
        ({"url": "http://robin@receiver.example/"}, "webhook_url_form"),
        ({"events": ["trade.sold"]}, "webhook_events_known"),
        ({"events": ["trade_inserted"]}, "webhook_events_known"),
        ({"events": []}, "webhook_events_known"),
        ({"secret": "secret"}, "webhook_secret_form"),
        ({"disabled_reason": "It failed."}, "webhook_disabled_reason_when"),
    ],
)
def test_a_webhook_has_its_form(hook: Webhook, wrong: dict[str, Any], rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Webhook.objects.update(**wrong)


@pytest.mark.parametrize("wrong", [{"next_attempt_at": None}, {"delivered_at": NOW}])
def test_a_delivery_waits_or_was_delivered(hook: Webhook, wrong: dict[str, Any]) -> None:
    queue(hook, "a")
    with pytest.raises(IntegrityError, match="webhookdelivery_next_attempt_at_when"), transaction.atomic():
        WebhookDelivery.objects.update(**wrong)


def test_what_was_delivered_long_ago_is_pruned(courier: Courier, hook: Webhook) -> None:
    queue(hook, "old")
    deliver(courier, NOW)
    queue(hook, "new")
    deliver(courier, timezone.now() - timedelta(days=KEPT_DAYS - 1))
    queue(hook, "waits")
    call_command("prune", stdout=(out := StringIO()))
    assert "Deliveries forgotten: 1\n" in out.getvalue()
    assert [one.body for one in WebhookDelivery.objects.order_by("id")] == ['{"type":"new"}', '{"type":"waits"}']


def test_what_waits_is_measured(api: APIClient, hook: Webhook) -> None:
    def measured() -> list[float]:
        text = api.get("/metrics").content.decode()
        names = ("deliveries_waiting", "oldest_waiting_seconds")
        found = [re.findall(rf"^ledger_webhook_{name} (.*)$", text, re.MULTILINE) for name in names]
        return [
            float(value) for [value] in [*found, re.findall(r"^ledger_webhooks_disabled (.*)$", text, re.MULTILINE)]
        ]

    assert measured() == [0, 0, 0]
    queue(hook, "a", "b")
    waiting, oldest, disabled = measured()
    assert (waiting, oldest > 0, disabled) == (2, True, 0)
    hook.disable("It failed.")
    assert measured() == [2, 0, 1]


def test_an_operator_disables_and_enables_what_is_not_theirs(client: Client, hook: Webhook) -> None:
    client.force_login(User.objects.create_superuser("operator"))
    where = f"/admin/webhooks/webhook/{hook.pk}/change/"
    shown = client.get(where).content.decode()
    assert hook.url in shown
    assert hook.secret not in shown
    client.post(where, {})
    hook.refresh_from_db()
    assert (hook.is_enabled, hook.disabled_reason) == (False, "An operator disabled it.")
    client.post(where, {"is_enabled": "on"})
    hook.refresh_from_db()
    assert (hook.is_enabled, hook.disabled_reason) == (True, "")
