"""What has become of trades and alerts becomes messages that wait, and the webhook's places move on: both or neither.

The ledger is the queue: as long as MAX_WAITING messages of a webhook wait, nothing more is taken for it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import transaction

from alerts.changes import AlertPlace, ChangedAlert, present_place
from alerts.models import Alert

from .events import ALERT_CREATED, ALERT_UPDATED, body_of
from .models import Webhook, WebhookDelivery

MAX_WAITING = 1000  # of one webhook
TAKEN = 200  # changes of one webhook that are taken at once
LOOKS = timedelta(seconds=0.5)  # between two looks


class Intake:
    """Looks at the ledger for all webhooks, twice a second at most, and only if something was committed since."""

    def __init__(self) -> None:
        self.next_look = datetime.min.replace(tzinfo=UTC)
        self.nothing_before: AlertPlace | None = None

    def take(self, now: datetime) -> bool:
        """Take for each webhook; return whether any place moved."""
        if now < self.next_look:
            return False
        self.next_look, place = now + LOOKS, present_place()
        if place == self.nothing_before:
            return False
        hooks = Webhook.objects.filter(is_enabled=True).values_list("pk", flat=True)
        moved = [pk for pk in hooks if take(pk, now)]
        self.nothing_before = None if moved else place
        return bool(moved)


@transaction.atomic
def take(pk: int, now: datetime) -> bool:
    """Take the next changes for a webhook; return whether its place moved. One that is being changed waits."""
    hook = Webhook.objects.select_for_update(skip_locked=True, no_key=True, of=["self"]).filter(pk=pk).first()
    if hook is None or not hook.is_enabled:
        return False
    room = MAX_WAITING - WebhookDelivery.objects.waiting().filter(hook=hook).count()
    changes = Alert.objects.changed_after(AlertPlace.parse(hook.alerts_place), hook.owner, min(room, TAKEN))
    if not changes:
        return False
    WebhookDelivery.objects.add(hook, messages_of(hook, changes), now)
    hook.alerts_place = changes[-1].place.text()
    Webhook.objects.filter(pk=pk).update(alerts_place=hook.alerts_place)
    return True


def messages_of(hook: Webhook, changes: list[ChangedAlert]) -> Iterator[tuple[str, str]]:
    """The messages about alerts that the webhook wants."""
    for change in changes:
        event = ALERT_CREATED if change.is_new else ALERT_UPDATED
        if event in hook.events:
            yield event, body_of(event, change.at, change.line)
