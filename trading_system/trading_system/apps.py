"""What Django loads with the project itself."""

from django.apps import AppConfig


class TradingSystem(AppConfig):
    name = "trading_system"

    def ready(self) -> None:
        from . import checks  # noqa: F401  # registers them

        introduce()


def introduce() -> None:
    """Alerts keep what was held, and do not import the rooms that know it."""
    from alerts.holdings import Book, know
    from portfolio.held import held_at
    from reference.managers import seen_by

    know(Book(held_at, seen_by))
