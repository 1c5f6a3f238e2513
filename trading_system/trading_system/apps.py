"""What Django loads with the project itself."""

from django.apps import AppConfig


class TradingSystem(AppConfig):
    name = "trading_system"

    def ready(self) -> None:
        from . import checks  # noqa: F401  # registers them
