"""The app, whose metrics are answered with the others."""

from django.apps import AppConfig


class Webhooks(AppConfig):
    name = "webhooks"

    def ready(self) -> None:
        from .metrics import register

        register()
