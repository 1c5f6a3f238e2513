"""What has become of trades and alerts becomes messages that wait, and the webhook's places move on: both or neither.

The ledger is the queue: as long as MAX_WAITING messages of a webhook wait, nothing more is taken for it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from django.db import transaction

from access.permissions import may
from alerts.changes import AlertPlace, ChangedAlert
from alerts.models import Alert
from reference.managers import seen_by
from rest.commits import open_since
from trades.changes import BeginAnew, OtherServer, Page, changes_after
from trades.places import Place

from .events import ALERT_CREATED, ALERT_UPDATED, OF_TRADES, Message, body_of
from .models import Webhook, WebhookDelivery

TAKEN = 200  # changes of one webhook that are taken at once
LOOKS = timedelta(seconds=0.5)  # between two looks
NOTES = timedelta(minutes=1)  # between two notes of places where there was nothing
NOT_A_READER = "Its owner may not read trades any more."
OTHER_LEDGER = "The ledger was restored elsewhere. Enabled, it begins with what changes from then on."


class TradeChange(msgspec.Struct):
    """A line of the changes of trades."""

    change: str
    at: str
    trade: msgspec.Raw


class Intake:
    """Looks at the ledger for all webhooks, and only if something was committed since there was nothing."""

    def __init__(self) -> None:
        self.next_look = self.next_note = datetime.min.replace(tzinfo=UTC)
        self.nothing_before = 0

    def look(self, now: datetime) -> bool:
        """As `take`, twice a second at most, so that it leaves time to send."""
        if now < self.next_look:
            return False
        self.next_look = now + LOOKS
        return self.take(now)

    def take(self, now: datetime) -> bool:
        """Take for each webhook; return whether there was anything.

        To note a place is to write, and so would be a reason to look again: where there was nothing, it is done rarely.
        """
        bound = open_since()
        if bound == self.nothing_before:
            return False
        if notes := now >= self.next_note:
            self.next_note = now + NOTES
        hooks = Webhook.objects.filter(is_enabled=True).values_list("pk", flat=True)
        found = [pk for pk in hooks if take(pk, now, notes=notes)]
        self.nothing_before = 0 if found else bound
        return bool(found)


@transaction.atomic
def take(pk: int, now: datetime, *, notes: bool = False) -> bool:
    """Take the next changes for a webhook; return whether there were any. One that is being changed has to wait.

    One that may be told nothing is disabled, before anything that waits is sent.
    """
    locked = Webhook.objects.select_for_update(skip_locked=True, no_key=True, of=["self"]).select_related("owner")
    hook = locked.filter(pk=pk, is_enabled=True).first()
    if hook is None:
        return False
    if not may(hook.owner, "GET", "trade"):
        hook.disable(NOT_A_READER)
        return False
    room = WebhookDelivery.objects.room(hook)
    try:
        page = changes_after(Place.parse(hook.trades_place), seen_by(hook.owner), min(TAKEN, max(1, room)))
    except (BeginAnew, OtherServer):
        hook.disable(OTHER_LEDGER)
        return False
    return room > 0 and tell(hook, page, min(TAKEN, room), now, notes=notes)


def tell(hook: Webhook, page: Page, limit: int, now: datetime, *, notes: bool) -> bool:
    """Make messages of what it wants of a page of trades and of the next alerts; return whether there was anything."""
    alerts = Alert.objects.changed_after(AlertPlace.parse(hook.alerts_place), hook.owner, limit)
    has_found = bool(page.lines or page.more or alerts)
    if has_found or notes:
        messages = [*of_trades(page.lines), *of_alerts(alerts)]
        WebhookDelivery.objects.add(hook, [one for one in messages if one.event in hook.events], now)
        hook.move(page.place.text(), alerts[-1].place.text() if alerts else hook.alerts_place)
    return has_found


def of_trades(lines: list[str]) -> Iterator[Message]:
    for line in lines:
        change = msgspec.json.decode(line, type=TradeChange)
        event = OF_TRADES[change.change]
        yield Message(event, body_of(event, change.at, bytes(change.trade).decode()))


def of_alerts(changes: list[ChangedAlert]) -> Iterator[Message]:
    for change in changes:
        event = ALERT_CREATED if change.is_new else ALERT_UPDATED
        yield Message(event, body_of(event, change.at, change.line))
