"""Messages on their way: those of one webhook one after the other, those of several side by side.

A message waits in the database until it is recorded that an answer took it. If anything dies before, it is sent again,
with the same id: at least once, and in order. Nothing is locked while an answer is awaited; an open transaction would
hold up all who follow the ledger.
"""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from random import random

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .models import WebhookDelivery
from .outcomes import Outcome
from .sending import send
from .signing import signed_headers

MAX_SENDERS = 32  # messages on their way, each to another webhook


class Courier:
    """Takes each step that it is told to, and says whether there was anything to do."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.pool = pool
        self.on_their_way: dict[Future[Outcome], WebhookDelivery] = {}

    def start(self, now: datetime) -> bool:
        """Send what is due, of webhooks that have nothing on its way."""
        busy = [delivery.hook_id for delivery in self.on_their_way.values()]
        due = WebhookDelivery.objects.due(now, busy, MAX_SENDERS - len(busy))
        for delivery in due:
            self.on_their_way[self.pool.submit(attempt, delivery, now)] = delivery
        return bool(due)

    def record(self, now: datetime) -> bool:
        """Keep what became of those that are back."""
        back = [future for future in self.on_their_way if future.done()]
        with transaction.atomic():
            for future in back:
                self.on_their_way[future].record(future.result(), now, random())  # noqa: S311  # spreads attempts
        for future in back:
            del self.on_their_way[future]
        return bool(back)

    def wait(self, seconds: float) -> None:
        """Until one of them is back, or for so long."""
        wait(self.on_their_way, seconds, FIRST_COMPLETED)

    def finish(self) -> None:
        """Wait for all that are on their way."""
        wait(self.on_their_way)
        self.record(timezone.now())


def attempt(delivery: WebhookDelivery, now: datetime) -> Outcome:
    """Send a message once, signed as of now; in a thread of the pool, without the database."""
    body = delivery.body.encode()
    headers = signed_headers(delivery.message, body, delivery.hook.secrets(now), now)
    return send(delivery.hook.url, headers, body, is_private_allowed=settings.WEBHOOK_PRIVATE_ADDRESSES)
