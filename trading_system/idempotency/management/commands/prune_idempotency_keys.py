"""`manage.py prune_idempotency_keys`: forget old answers."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from idempotency.models import KEPT_HOURS, IdempotencyKey


class Command(BaseCommand):
    help = "Delete old answers to requests with an Idempotency-Key. A request repeated later is carried out again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--hours", type=int, default=KEPT_HOURS, help=f"delete answers older than this; default: {KEPT_HOURS}"
        )

    def handle(self, *, hours: int, **options: Any) -> None:
        if not 0 <= hours < 1_000_000:
            raise CommandError(f"--hours {hours}: must be from 0 to 999999", returncode=2)
        count = IdempotencyKey.objects.forget_before(timezone.now() - timedelta(hours=hours))
        self.stdout.write(f"Keys forgotten: {count}")
