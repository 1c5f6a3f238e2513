"""The app, which knows the world's currencies and the account `main` after every migration."""

from typing import Any

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate

from .seeds import add_what_is_known


class Reference(AppConfig):
    name = "reference"

    def ready(self) -> None:
        post_migrate.connect(add_after_migrate, sender=self)


def add_after_migrate(using: str, apps: Apps = apps, **kwargs: Any) -> None:
    """After each `migrate` that has come as far as the tables: a newer release knows more currencies."""
    if "account" in apps.all_models["reference"]:
        add_what_is_known(apps, using)
