"""What becomes of trades and alerts becomes messages: in order, each once, of what the webhook's owner sees."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from rest_framework.test import APIClient

from alerts.tests.sent import NEW
from alerts.tests.sent import URL as ALERTS
from rest.commits import open_since
from rest.tests.clients import ApiClient
from webhooks import managers
from webhooks.events import EVENTS
from webhooks.models import Webhook, WebhookDelivery
from webhooks.taking import NOT_A_READER, OTHER_LEDGER, Intake

from .conftest import NOW
from .receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)
TRADES = "/api/trades/"
TRADE = {"ticker": "AAPL", "price": "170.250", "quantity": "10", "side": "buy"}


def committed() -> None:
    """Wait until what is committed can be read: tests in other processes have transactions of the same server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        [bound] = cursor.fetchone()
    while open_since() < bound:
        pass


def take_all() -> None:
    committed()
    intake = Intake()
    while intake.take(NOW):
        pass


def events() -> list[str]:
    return [delivery.event for delivery in WebhookDelivery.objects.waiting()]


def payloads() -> list[Any]:
    found = WebhookDelivery.objects.selection().oldest_first().head(1000)
    return [json.loads(line)["payload"] for line in found]


def owned(receiver: Receiver, user: User | None, *wanted: str) -> Webhook:
    return Webhook.objects.enter({"url": receiver.url, "events": list(wanted or EVENTS), "owner": user})


@pytest.fixture
def robin() -> User:
    return User.objects.create_user("robin")


def as_user(user: User) -> APIClient:
    client = ApiClient()
    client.force_authenticate(user)
    return client


@pytest.mark.usefixtures("hook")
def test_every_change_of_a_trade_is_told(api: APIClient) -> None:
    trade = api.post(TRADES, TRADE).json()
    where = f"{TRADES}{trade['id']}/"
    changed = api.patch(where, {"price": "171"}).json()
    api.delete(where)
    api.post(f"{where}restore/")
    take_all()
    told = payloads()
    assert [one["type"] for one in told] == ["trade.inserted", "trade.updated", "trade.deleted", "trade.restored"]
    assert [one["data"] for one in told[:2]] == [trade, changed]
    assert told[1]["timestamp"] == changed["updated_at"]
    assert told[2]["data"]["id"] == trade["id"]


@pytest.mark.usefixtures("hook")
def test_every_change_of_an_alert_is_told(api: APIClient) -> None:
    api.post(ALERTS, NEW)
    take_all()
    api.post(f"{ALERTS}{NEW['id']}/acknowledge/")
    api.post(f"{ALERTS}{NEW['id']}/acknowledge/")  # changes nothing
    take_all()
    api.post(f"{ALERTS}{NEW['id']}/withdraw/", {"reason": "cancelled"})
    take_all()
    told = payloads()
    assert [one["type"] for one in told] == ["alert.created", "alert.updated", "alert.updated"]
    assert told[2]["data"] == api.get(f"{ALERTS}{NEW['id']}/").json()
    assert told[0]["data"]["acknowledged_at"] is None


def test_others_than_those_that_are_wanted_are_passed_over(api: APIClient, receiver: Receiver) -> None:
    owned(receiver, None, "trade.deleted", "alert.created")
    trade = api.post(TRADES, TRADE).json()
    api.post(ALERTS, NEW)
    api.delete(f"{TRADES}{trade['id']}/")
    take_all()
    assert sorted(events()) == ["alert.created", "trade.deleted"]


def test_what_was_before_the_webhook_is_not_told(api: APIClient, receiver: Receiver) -> None:
    api.post(TRADES, TRADE)
    api.post(ALERTS, NEW)
    committed()
    owned(receiver, None)
    take_all()
    assert events() == []


@pytest.mark.usefixtures("hook")
def test_what_is_not_committed_is_not_passed_over(api: APIClient) -> None:
    """A transaction that began first and ends last loses nothing."""
    has_written, may_end = threading.Event(), threading.Event()

    def slowly() -> None:
        try:
            with transaction.atomic():
                ApiClient().post(ALERTS, NEW | {"id": "slow"})
                has_written.set()
                assert may_end.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert has_written.wait(30)
    api.post(ALERTS, NEW | {"id": "quick"})
    Intake().take(NOW)
    may_end.set()
    thread.join()
    take_all()
    assert [one["data"]["id"] for one in payloads()] == ["slow", "quick"]


def test_of_accounts_with_members_only_they_are_told(api: APIClient, receiver: Receiver, robin: User) -> None:
    members = [{"user": "robin", "role": "trader"}]
    robins = as_user(robin)
    robins.post("/api/accounts/", {"name": "private", "currency": "USD", "members": members})
    own, nobodys = owned(receiver, robin), owned(receiver, None)
    trade = robins.post(TRADES, TRADE | {"account": "private"}).json()
    public = robins.post(TRADES, TRADE).json()
    take_all()
    told = {hook.pk: [one.body for one in hook.deliveries.waiting()] for hook in (own, nobodys)}
    assert [f'"id":{trade["id"]},' in told[own.pk][0], len(told[own.pk])] == [True, 2]
    assert [f'"id":{public["id"]},' in told[nobodys.pk][0], len(told[nobodys.pk])] == [True, 1]


def test_the_ledger_is_the_queue(api: APIClient, hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(managers, "MAX_WAITING", 3)
    for number in range(5):
        api.post(TRADES, TRADE | {"external_id": str(number)})
    take_all()
    assert len(events()) == 3
    WebhookDelivery.objects.update(delivered_at=NOW, next_attempt_at=None)
    take_all()
    assert [one["data"]["external_id"] for one in payloads()] == list("01234")


def test_one_that_is_disabled_is_told_later(api: APIClient, hook: Webhook) -> None:
    hook.disable("")
    api.post(TRADES, TRADE)
    take_all()
    assert events() == []
    hook.enable(NOW)
    take_all()
    assert events() == ["trade.inserted"]


@pytest.mark.parametrize("loses", [lambda user: user.groups.clear(), lambda user: User.objects.update(is_active=False)])
def test_who_may_not_read_any_more_is_told_nothing(
    api: APIClient, receiver: Receiver, robin: User, settings: Any, loses: Callable[[User], None]
) -> None:
    robin.groups.add(Group.objects.get_or_create(name="viewer")[0])
    hook = owned(receiver, robin)
    api.post(TRADES, TRADE)
    settings.LOGIN_REQUIRED = True
    take_all()
    assert events() == ["trade.inserted"]
    loses(robin)
    take_all()
    hook.refresh_from_db()
    assert (hook.is_enabled, hook.disabled_reason) == (False, NOT_A_READER)


def test_a_ledger_that_was_restored_elsewhere_tells_nobody_until_it_is_asked_to(api: APIClient, hook: Webhook) -> None:
    elsewhere = hook.trades_place.replace(hook.trades_place[-5:], "/7/99")
    hook.move(elsewhere, hook.alerts_place)
    api.post(TRADES, TRADE)
    take_all()
    hook.refresh_from_db()
    assert (events(), hook.is_enabled, hook.disabled_reason) == ([], False, OTHER_LEDGER)
    hook.enable(NOW)
    api.post(TRADES, TRADE | {"ticker": "MSFT"})
    take_all()
    assert [one["data"]["ticker"] for one in payloads()] == ["MSFT"]


@pytest.mark.usefixtures("hook")
def test_where_nothing_is_committed_nothing_is_asked(django_assert_num_queries: Any) -> None:
    committed()
    intake = Intake()
    assert not intake.take(NOW)
    if open_since() == intake.nothing_before:  # nobody else has written
        with django_assert_num_queries(1):
            assert not intake.look(NOW)


@pytest.mark.usefixtures("hook")
def test_it_looks_twice_a_second(api: APIClient) -> None:
    intake = Intake()
    intake.look(NOW)
    api.post(TRADES, TRADE)
    committed()
    assert not intake.look(NOW + timedelta(seconds=0.4))
    assert intake.look(NOW + timedelta(seconds=0.5))
