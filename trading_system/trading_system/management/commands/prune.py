"""`manage.py prune`: delete what is kept for a time only."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from idempotency.models import KEPT_HOURS, IdempotencyKey
from market.models import Candle
from webhooks.models import KEPT_DAYS, WebhookDelivery


class Command(BaseCommand):
    help = "Delete old candles of the market, delivered messages to webhooks, and what prune_idempotency_keys deletes."

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        candles = Candle.objects.forget_before(now - timedelta(days=settings.MARKET_CANDLE_DAYS))
        self.stdout.write(f"Candles forgotten: {candles}")
        deliveries = WebhookDelivery.objects.forget_before(now - timedelta(days=KEPT_DAYS))
        self.stdout.write(f"Deliveries forgotten: {deliveries}")
        keys = IdempotencyKey.objects.forget_before(now - timedelta(hours=KEPT_HOURS))
        self.stdout.write(f"Keys forgotten: {keys}")
