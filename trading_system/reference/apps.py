"""The app, which knows the world's currencies and the account `main` after every migration."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class Reference(AppConfig):
    name = "reference"

    def ready(self) -> None:
        post_migrate.connect(add_what_is_known, sender=self)


def add_what_is_known(using: str, **kwargs: Any) -> None:
    """Add the currencies and the account that are not there yet, after each `migrate`."""
    from .currencies import seeded
    from .models import MAIN, Account, Currency

    codes = {*seeded(), settings.MAIN_CURRENCY}
    Currency.objects.using(using).bulk_create([Currency(code=code) for code in sorted(codes)], ignore_conflicts=True)
    main = {"name": "main", "currency_id": settings.MAIN_CURRENCY}
    Account.objects.using(using).get_or_create(id=MAIN, defaults=main)
