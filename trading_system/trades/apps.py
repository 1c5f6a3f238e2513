"""The app, whose ledger has a name after every migration."""

from typing import Any

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class Trades(AppConfig):
    name = "trades"

    def ready(self) -> None:
        post_migrate.connect(name_after_migrate, sender=self)


def name_after_migrate(using: str, apps: Apps = apps, **kwargs: Any) -> None:
    """After each `migrate` that has come as far as the table."""
    from .ledger import introduce

    if "ledger" in apps.all_models["trades"]:
        introduce(using)
