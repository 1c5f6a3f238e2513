"""`manage.py prune`"""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from idempotency.models import IdempotencyKey
from market import managers
from market.models import Candle, LastPrice

from .seen import keep, minute

pytestmark = pytest.mark.django_db


@pytest.fixture
def ages() -> None:
    """A candle of each of these ages, in days, by which its ticker is named."""
    today = timezone.now().replace(second=0, microsecond=0)
    for days, source in ((0, "real"), (3, "real"), (8, "simulated"), (100, "recording")):
        keep(minute(today - timedelta(days=days), ticker=str(days)), source=source)


def prune() -> str:
    out = StringIO()
    call_command("prune", stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("ages")
def test_candles_are_kept_for_so_many_days_and_prices_for_ever(settings: Any) -> None:
    settings.MARKET_CANDLE_DAYS = 7
    assert prune() == "Candles forgotten: 2\nDeliveries forgotten: 0\nKeys forgotten: 0\n"
    assert set(Candle.objects.values_list("ticker", flat=True)) == {"0", "3"}
    assert LastPrice.objects.count() == 4


@pytest.mark.usefixtures("ages")
def test_by_default_for_ninety() -> None:
    assert prune().startswith("Candles forgotten: 1\n")


@pytest.mark.usefixtures("ages")
def test_it_goes_in_steps(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MARKET_CANDLE_DAYS = 1
    monkeypatch.setattr(managers, "PRUNE_BATCH", 2)
    monkeypatch.setattr(managers, "FORGET", managers.FORGET.replace("LIMIT 10000", "LIMIT 2"))
    assert prune().startswith("Candles forgotten: 3\n")


def test_old_answers_are_forgotten_too() -> None:
    for hours in (1, 25):
        IdempotencyKey.objects.create(
            scope="s", key=f"{hours}", fingerprint=b"", status=201, headers={}, body="{}",
            created_at=timezone.now() - timedelta(hours=hours),
        )  # fmt: skip
    assert prune() == "Candles forgotten: 0\nDeliveries forgotten: 0\nKeys forgotten: 1\n"
