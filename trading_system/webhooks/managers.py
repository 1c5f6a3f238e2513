"""Adding webhooks, whose they are, and which of their deliveries wait."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import structlog
from django.db import models, transaction

from rest import instants
from rest.locks import lock_rows_of
from rest.rules import Conflict
from rest.selection import Selecting, Selection

from .events import PING, Message, body_of
from .places import present_places
from .selection import DELIVERIES

if TYPE_CHECKING:
    from .models import Webhook, WebhookDelivery

log = structlog.get_logger("webhooks")
MAX_WEBHOOKS = 100
MAX_WAITING = 1000  # messages of one webhook
# The oldest waiting delivery of each webhook that is enabled, if its time has come. Those behind it wait for it.
DUE = """SELECT head.* FROM webhooks_webhook hook CROSS JOIN LATERAL (
        SELECT * FROM webhooks_webhookdelivery WHERE hook_id = hook.id AND delivered_at IS NULL ORDER BY id LIMIT 1
    ) head
    WHERE is_enabled AND next_attempt_at <= %s AND hook.id <> ALL(%s) ORDER BY next_attempt_at LIMIT %s"""


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """`Webhook.objects`."""

    def of(self, user: Any) -> "WebhookQuerySet":
        """Those of this user; without a login, those of nobody."""
        return self.filter(owner=user.pk)

    @transaction.atomic
    def enter(self, given: dict[str, Any]) -> "Webhook":
        """Add a webhook of validated fields. Conflict if there are MAX_WEBHOOKS."""
        lock_rows_of(self.model)
        if self.count() >= MAX_WEBHOOKS:
            raise Conflict(f"There are at most {MAX_WEBHOOKS} webhooks.")
        return self.create(**given, **present_places())

    @transaction.atomic
    def disable(self, pk: int, reason: str) -> None:
        """Disable one as it is now, if it is there and enabled."""
        hook = self.select_for_update(no_key=True).filter(pk=pk, is_enabled=True).first()
        if hook:
            hook.disable(reason)
            log.warning("a webhook was disabled", webhook=pk, reason=reason)


class DeliveryManager(Selecting, models.Manager["WebhookDelivery"]):
    """`WebhookDelivery.objects`."""

    table = DELIVERIES

    def of(self, hook: "Webhook") -> Selection:  # type: ignore[override]
        """Those of a webhook, newest first."""
        return self.selection().where("hook_id = %s", hook.pk)

    def waiting(self) -> models.QuerySet["WebhookDelivery"]:
        """Those that were not delivered yet, in their order."""
        return self.filter(delivered_at=None).order_by("id")

    def room(self, hook: "Webhook") -> int:
        """How many more messages of the webhook may wait."""
        return MAX_WAITING - self.waiting().filter(hook=hook).count()

    def require_room(self, hook: "Webhook") -> None:
        """Conflict if there is none."""
        if self.room(hook) <= 0:
            raise Conflict(f"At most {MAX_WAITING} messages wait.")

    def add(self, hook: "Webhook", messages: Iterable[Message], now: datetime) -> list["WebhookDelivery"]:
        """Put messages behind all others of a webhook whose row is locked."""
        rows = [
            self.model(hook=hook, message=f"msg_{uuid4().hex}", event=event, body=body, next_attempt_at=now)
            for event, body in messages
        ]
        return self.bulk_create(rows)

    def ping(self, hook: "Webhook", now: datetime) -> "WebhookDelivery":
        """Put a message that says nothing behind all others, as `add`; Conflict if there is no room."""
        self.require_room(hook)
        [delivery] = self.add(hook, [Message(PING, body_of(PING, instants.render(now), "{}"))], now)
        return delivery

    def due(self, now: datetime, busy: Sequence[int], limit: int) -> list["WebhookDelivery"]:
        """The next delivery of each webhook that has one due, but for those with these ids."""
        return list(self.raw(DUE, [now, list(busy), limit]).prefetch_related("hook"))

    def forget_before(self, instant: datetime) -> int:
        """Delete what was delivered before; return how many there were."""
        return self.filter(delivered_at__lt=instant).delete()[0]
