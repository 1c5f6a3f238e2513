"""Webhooks over HTTP: each user's own, with a secret that is told once."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from rest.tests.clients import ApiClient
from webhooks import managers
from webhooks.courier import Courier
from webhooks.events import EVENTS
from webhooks.models import Webhook, WebhookDelivery

from .conftest import deliver
from .receiver import Receiver

pytestmark = pytest.mark.django_db
URL = "/api/webhooks/"
NEW = {"url": "https://receiver.example/hook", "events": ["trade.inserted"]}


@pytest.fixture
def made(api: APIClient) -> Any:
    return api.post(URL, NEW).json()


def address(hook: Any) -> str:
    return f"{URL}{hook['id']}/"


def logged_in(name: str) -> APIClient:
    client = ApiClient()
    client.force_authenticate(User.objects.create_user(name))
    return client


def test_the_secret_is_told_once(api: APIClient, made: Any) -> None:
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert api.get(address(made)).json() == made
    assert api.get(URL).json() == {"results": [made]}
    assert api.patch(address(made), {"description": "mine"}).json().keys() == made.keys()


def test_the_same_key_makes_one(api: APIClient) -> None:
    one, other = (api.post(URL, NEW, headers={"Idempotency-Key": "k"}).json() for _ in range(2))
    assert one == other
    assert Webhook.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://receiver.example/"},
        {"url": "https://robin:secret@receiver.example/"},
        {"url": "https://receiver.example/#part"},
        {"url": "https://receiver.example:99999/"},
        {"url": "https:///path"},
        {"url": "https://receiver.example/a b"},
        {"url": "https://receiver.example/\r\nHost: other"},
        {"url": "https://räuber.example/"},
        {"url": "https://[::1/"},
        {"url": "https://receiver.example/" + "x" * 2000},
        {"events": []},
        {"events": ["trade.sold"]},
        {"events": ["trade.inserted", "trade.inserted"]},
        {"events": "trade.inserted"},
        {"events": [1]},
        {"is_enabled": "yes"},
        {"description": "x" * 201},
        {"sceret": "whsec_"},
    ],
)
def test_what_is_wrong_is_named(api: APIClient, wrong: dict[str, Any]) -> None:
    answer = api.post(URL, NEW | wrong)
    assert (answer.status_code, list(answer.json())) == (400, list(wrong))


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.1.2.3:8000/",
        "https://[::1]/",
    ],
)
def test_a_private_address_needs_the_setting(api: APIClient, settings: Any, url: str) -> None:
    settings.WEBHOOK_PRIVATE_ADDRESSES = False
    answer = api.post(URL, NEW | {"url": url})
    assert (answer.status_code, "WEBHOOK_PRIVATE_ADDRESSES" in answer.json()["url"][0]) == (400, True)
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    assert api.post(URL, NEW | {"url": url}).status_code == 201


def test_others_see_nothing_of_it(made: Any) -> None:
    robin, kim = logged_in("robin"), logged_in("kim")
    hook = robin.post(URL, NEW).json()
    robin.post(f"{address(hook)}ping/")
    delivery = WebhookDelivery.objects.get().pk
    assert kim.get(URL).json() == {"results": []}
    for below in ("", "deliveries/"):
        assert kim.get(f"{address(hook)}{below}").status_code == 404
    for below in ("ping/", "rotate-secret/", f"deliveries/{delivery}/redeliver/"):
        assert kim.post(f"{address(hook)}{below}").status_code == 404
    assert kim.delete(address(hook)).status_code == 404
    assert [len(robin.get(URL).json()["results"]), Webhook.objects.count()] == [1, 2]


def test_there_are_only_so_many(api: APIClient, monkeypatch: pytest.MonkeyPatch, made: Any) -> None:
    monkeypatch.setattr(managers, "MAX_WEBHOOKS", 1)
    assert api.post(URL, NEW).status_code == 409


def test_a_change_names_the_version_that_it_is_of(api: APIClient, made: Any) -> None:
    version = api.get(address(made))["ETag"]
    assert api.patch(address(made), {"description": "a"}, headers={"If-Match": version}).status_code == 200
    assert api.patch(address(made), {"description": "b"}, headers={"If-Match": version}).status_code == 412
    assert api.delete(address(made), headers={"If-Match": version}).status_code == 412
    assert api.delete(address(made)).status_code == 204


def test_events_come_in_one_order(api: APIClient) -> None:
    assert api.post(URL, NEW | {"events": list(reversed(EVENTS))}).json()["events"] == list(EVENTS)


def test_a_pause_ends_what_the_ledger_had_disabled(api: APIClient, made: Any) -> None:
    Webhook.objects.disable(made["id"], "It failed.")
    assert api.get(address(made)).json()["disabled_reason"] == "It failed."
    assert api.patch(address(made), {"description": "still"}).json()["disabled_reason"] == "It failed."
    on = api.patch(address(made), {"is_enabled": True}).json()
    assert (on["is_enabled"], on["disabled_reason"]) == (True, "")
    off = api.put(address(made), NEW | {"is_enabled": False}).json()
    assert (off["is_enabled"], off["disabled_reason"]) == (False, "")


def test_both_secrets_are_valid_for_a_while(api: APIClient, courier: Courier, receiver: Receiver) -> None:
    hook = api.post(URL, NEW | {"url": receiver.url}).json()
    rotated = api.post(f"{address(hook)}rotate-secret/").json()
    assert rotated["secret"] != hook["secret"]
    api.post(f"{address(hook)}ping/")
    deliver(courier, WebhookDelivery.objects.get().created_at)
    for secret in (hook["secret"], rotated["secret"]):
        assert receiver.taken[0].verified(secret)["type"] == "webhook.ping"
    Webhook.objects.update(previous_until=Webhook.objects.get().created_at)
    api.post(f"{address(hook)}ping/")
    deliver(courier, WebhookDelivery.objects.waiting().get().created_at)
    assert receiver.taken[1].verified(rotated["secret"])
    assert len(receiver.taken[1].headers["webhook-signature"].split()) == 1


def test_deliveries_are_listed_in_pages(api: APIClient, made: Any) -> None:
    for _ in range(5):
        api.post(f"{address(made)}ping/")
    first = api.get(f"{address(made)}deliveries/", {"page_size": 3, "count": "true"}).json()
    second = api.get(first["next"]).json()
    ids = [one["id"] for one in (*first["results"], *second["results"])]
    assert (first["count"], ids) == (5, sorted(ids, reverse=True))
    assert (len(ids), second["next"]) == (5, None)
    assert api.get(f"{address(made)}deliveries/", {"state": "waiting"}).status_code == 400


def test_what_was_delivered_is_sent_again_with_its_id(api: APIClient, courier: Courier, receiver: Receiver) -> None:
    hook = api.post(URL, NEW | {"url": receiver.url}).json()
    sent = api.post(f"{address(hook)}ping/").json()
    moment = WebhookDelivery.objects.get().created_at
    deliver(courier, moment)
    again = api.post(f"{address(hook)}deliveries/{sent['id']}/redeliver/").json()
    assert (again["id"] > sent["id"], again["message"], again["state"]) == (True, sent["message"], "waiting")
    deliver(courier, WebhookDelivery.objects.get(pk=again["id"]).created_at)
    assert [request.id for request in receiver.taken] == [sent["message"]] * 2
    assert receiver.taken[0].body == receiver.taken[1].body


def test_what_waits_is_tried_at_once(api: APIClient, courier: Courier, receiver: Receiver) -> None:
    hook = api.post(URL, NEW | {"url": receiver.url}).json()
    sent = api.post(f"{address(hook)}ping/").json()
    receiver.answer = lambda _: 500
    deliver(courier, WebhookDelivery.objects.get().created_at)
    [listed] = api.get(f"{address(hook)}deliveries/").json()["results"]
    assert (listed["status"], listed["problem"], listed["attempts"]) == (500, "answered 500", 1)
    again = api.post(f"{address(hook)}deliveries/{sent['id']}/redeliver/").json()
    assert again["id"] == sent["id"]
    assert again["next_attempt_at"] < listed["next_attempt_at"]


def test_only_so_many_wait(api: APIClient, monkeypatch: pytest.MonkeyPatch, made: Any) -> None:
    monkeypatch.setattr(managers, "MAX_WAITING", 2)
    assert [api.post(f"{address(made)}ping/").status_code for _ in range(3)] == [201, 201, 409]
    [first, *_] = WebhookDelivery.objects.all()
    again = f"{address(made)}deliveries/{first.pk}/redeliver/"
    assert api.post(again).status_code == 200
    WebhookDelivery.objects.filter(pk=first.pk).update(delivered_at=first.created_at, next_attempt_at=None)
    assert api.post(again).status_code == 200  # the room that it left
    assert api.post(again).status_code == 409


def test_of_another_webhook_nothing_is_sent_again(api: APIClient, made: Any) -> None:
    other = api.post(URL, NEW).json()
    sent = api.post(f"{address(made)}ping/").json()
    assert api.post(f"{address(other)}deliveries/{sent['id']}/redeliver/").status_code == 404
    assert api.post(f"{address(other)}deliveries/{10**18}/redeliver/").status_code == 404
