"""When lots were acquired and disposed of: tax years, days, and the book of the past."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from rest import instants
from trades.models import Trade

from .book import LOTS, book, lots

pytestmark = pytest.mark.django_db
NEW_YEAR = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)  # it is 2025 in Berlin


def trade(side: str, quantity: str, timestamp: datetime) -> Trade:
    return Trade.objects.create(ticker="AAPL", price=1, side=side, quantity=quantity, timestamp=timestamp)


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"disposed_from": "2024-01-01", "disposed_to": "2024-12-31"}, ["1", "2"]),
        ({"disposed_from": "2024-01-01", "disposed_to": "2024-12-31", "tz": "Europe/Berlin"}, ["1"]),
        ({"disposed_from": "2025-01-01", "disposed_to": "2025-12-31"}, ["3"]),
        ({"disposed_from": "2025-01-01", "disposed_to": "2025-12-31", "tz": "Europe/Berlin"}, ["2", "3"]),
        ({"disposed_from": "2024-12-31T23:30:00Z"}, ["2", "3"]),
        ({"disposed_from": "2024-12-31T23:30:00.000001Z"}, ["3"]),
        ({"disposed_from": "2025-01-01T00:30:00", "tz": "Europe/Berlin"}, ["2", "3"]),
        ({"disposed_to": "2024-12-31T23:30:00Z"}, ["1", "2"]),
        ({"disposed_to": "2024-12-31T23:29:59.999999Z"}, ["1"]),
        ({"disposed_from": "", "disposed_to": ""}, ["1", "2", "3"]),
        ({"end_date": "2024-12-31"}, ["1", "2"]),
        ({"end_date": "2024-12-31", "tz": "Europe/Berlin"}, ["1"]),
    ],
)
def test_a_tax_year_is_one_request(api: APIClient, parameters: dict[str, str], found: list[str]) -> None:
    trade("buy", "10", datetime(2023, 5, 5, tzinfo=UTC))
    for quantity, instant in (("1", NEW_YEAR - timedelta(hours=2)), ("2", NEW_YEAR), ("3", NEW_YEAR + timedelta(1))):
        trade("sell", quantity, instant)
    assert [lot["quantity"] for lot in lots(api, **parameters)] == found


@pytest.mark.parametrize(("zone", "days"), [("UTC", 0), ("Europe/Berlin", 1), ("America/New_York", 0)])
def test_days_held_are_those_of_the_calendar_in_the_zone(api: APIClient, zone: str, days: int) -> None:
    trade("buy", "1", NEW_YEAR - timedelta(hours=2))
    trade("sell", "1", NEW_YEAR)
    [found] = lots(api, tz=zone)
    assert found["days_held"] == days


def test_days_before_the_year_1_are_cut_off(api: APIClient) -> None:
    trade("buy", "1", instants.BEGIN)
    trade("sell", "1", instants.BEGIN + timedelta(days=2))
    [found] = lots(api, tz="America/New_York")
    assert found["days_held"] == 1


def test_as_the_book_was(api: APIClient) -> None:
    book([("buy", "5", "5"), ("sell", "1", "6")])
    before = instants.render(timezone.now())
    Trade.objects.filter(side="sell").delete()
    assert lots(api) == []
    assert [lot["quantity"] for lot in lots(api, as_of=before)] == ["1"]


def test_open_lots_have_no_disposal(api: APIClient) -> None:
    answer = api.get(LOTS, {"disposed_to": "2025-01-01"})
    assert answer.json() == {"disposed_to": ["Needs state=closed: only closed lots were disposed of."]}
