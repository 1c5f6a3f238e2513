"""What is in every ledger from the start: the world's currencies, and the account `main`."""

from django.apps.registry import Apps
from django.conf import settings

from .currencies import seeded

MAIN = 1  # the id of the account of trades that name none


def add_what_is_known(apps: Apps, using: str) -> None:
    """Add what is not there yet; `apps` has the models as they are at that migration."""
    currency, account = (apps.get_model("reference", name).objects.using(using) for name in ("Currency", "Account"))
    codes = sorted({*seeded(), settings.MAIN_CURRENCY})
    currency.bulk_create([currency.model(code=code) for code in codes], ignore_conflicts=True)
    account.get_or_create(id=MAIN, defaults={"name": "main", "currency_id": settings.MAIN_CURRENCY})
