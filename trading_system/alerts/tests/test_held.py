"""An alert says what was held of its ticker when it was raised, to each what they may see."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.utils import IntegrityError, OperationalError
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from alerts import holdings
from alerts.models import Alert, Holding
from portfolio.models import CorporateAction
from reference.models import Account, Membership
from rest.tests.clients import ApiClient
from trades.models import Trade

from .sent import FALL, NEW, URL

pytestmark = pytest.mark.django_db
BEFORE, THEN, AFTER = "2025-06-06T19:00:00Z", NEW["timestamp"], "2025-06-06T21:00:00Z"


def buy(quantity: int | str, at: str = BEFORE, ticker: str = "AAPL", **more: Any) -> None:
    side = "sell" if str(quantity).startswith("-") else "buy"
    amount = Decimal(str(quantity).lstrip("-"))
    Trade.objects.create(ticker=ticker, price=1, quantity=amount, side=side, timestamp=at, **more)


def held(api: APIClient, alert: dict[str, Any] = NEW) -> str | None:
    assert api.post(URL, alert).status_code == 201
    [told] = [one for one in api.get(URL).json()["results"] if one["id"] == alert["id"]]
    assert told == api.get(f"{URL}{alert['id']}/").json()
    return told["held"]


def test_what_was_bought_and_not_sold_by_then_was_held(api: APIClient) -> None:
    buy("10.50")
    buy("-4", at=THEN)
    buy(1000, at=AFTER)
    buy(7, ticker="MSFT")
    assert held(api) == "6.5"


def test_a_short_position_is_below_zero(api: APIClient) -> None:
    buy(-3)
    assert held(api) == "-3"


@pytest.mark.parametrize("trades", [(), (5, -5)], ids=["never", "sold"])
def test_without_a_position_it_is_null(api: APIClient, trades: tuple[int, ...]) -> None:
    for quantity in trades:
        buy(quantity)
    assert held(api) is None
    assert not Holding.objects.exists()


def test_it_is_what_was_held_then_whatever_is_booked_later(api: APIClient) -> None:
    buy(10)
    assert held(api) == "10"
    buy(90)
    api.post(URL, NEW)
    assert api.get(f"{URL}{NEW['id']}/").json()["held"] == "10"


def test_it_is_in_units_of_then(api: APIClient) -> None:
    buy(10)
    for at, new in ((BEFORE.replace("19", "20"), 4), (AFTER, 100)):
        CorporateAction.objects.create(kind="split", ticker="AAPL", timestamp=at, new=new, old=3)
    assert held(api) == "13." + "3" * 26


def test_what_was_renamed_by_then_is_held_under_its_new_name(api: APIClient) -> None:
    buy(10, ticker="APPLE")
    CorporateAction.objects.create(kind="rename", ticker="APPLE", timestamp="2025-06-06T19:30:00Z", to="AAPL")
    assert held(api) == "10"


def test_a_fee_in_what_is_traded_is_not_held(api: APIClient) -> None:
    buy(1, ticker="BTC-USD", fee="0.001", fee_currency="BTC")
    assert held(api, NEW | {"ticker": "BTC-USD"}) == "0.999"


@pytest.fixture
def family() -> Iterator[dict[str, APIClient]]:
    """An account of Robin's that holds 5, besides everybody's with 10; clients of Robin and of Kim."""
    people = {name: User.objects.create_user(name) for name in ("robin", "kim")}
    account = Account.objects.create(name="Family", currency_id="USD")
    Membership.objects.create(account=account, user=people["robin"], role="viewer")
    buy(10)
    buy("5.0", account=account)
    clients = {name: ApiClient() for name in people}
    for name, client in clients.items():
        client.force_authenticate(people[name])
    return clients


def test_each_sees_what_their_accounts_held(api: APIClient, family: dict[str, APIClient]) -> None:
    assert held(api) == "10"
    told = {name: client.get(URL).json()["results"][0]["held"] for name, client in family.items()}
    assert told == {"robin": "15", "kim": "10"}
    assert family["robin"].post(f"{URL}{NEW['id']}/acknowledge/").json()["held"] == "15"


def test_long_and_short_in_two_accounts_are_nothing_together(api: APIClient, family: dict[str, APIClient]) -> None:
    buy(-25, account=Account.objects.get(name="Family"))
    buy(10)
    assert held(api) == "20"
    assert family["robin"].get(URL).json()["results"][0]["held"] == "0"


def test_who_adds_an_alert_is_not_told(api: APIClient) -> None:
    buy(10)
    assert "held" not in api.post(URL, NEW).json() | api.post(URL, NEW).json()


def test_a_page_is_one_query_however_many_alerts_and_accounts(api: APIClient, family: dict[str, APIClient]) -> None:
    for number in range(20):
        api.post(URL, NEW | {"id": f"alert-{number}"})
    with CaptureQueriesContext(connection) as queries:
        assert {one["held"] for one in family["robin"].get(URL).json()["results"]} == {"15"}
    assert len(queries) == 1


def test_the_book_that_takes_too_long_does_not_hold_up_an_alert(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(ticker: str, instant: datetime) -> dict[int, Decimal]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")
        return {}

    monkeypatch.setattr(holdings, "HELD_TIMEOUT", 10)
    monkeypatch.setattr(holdings, "books", [holdings.Book(slow, holdings.books[0].seen_by)])
    assert held(api) is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.02)")  # that limit is over
    monkeypatch.undo()
    buy(10)
    assert held(api, FALL) == "10"


def test_an_outage_meanwhile_keeps_no_alert(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(ticker: str, instant: datetime) -> NoReturn:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(holdings, "books", [holdings.Book(fail, holdings.books[0].seen_by)])
    assert api.post(URL, NEW).status_code == 503
    assert not Alert.objects.exists()


@pytest.mark.parametrize("quantity", ["0", "NaN"])
def test_the_database_refuses_to_hold_nothing(alert: dict[str, Any], quantity: str) -> None:
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="holding_quantity_held"):
        cursor.execute(holdings.ADD, [alert["id"], [1], [quantity]])


def test_the_database_refuses_an_account_twice(alert: dict[str, Any]) -> None:
    Holding.objects.create(alert_id=alert["id"], account_id=1, quantity=1)
    with pytest.raises(IntegrityError, match="holding_alert_unique"):
        Holding.objects.create(alert_id=alert["id"], account_id=1, quantity=2)


def test_with_an_alert_its_holdings_go(alert: dict[str, Any]) -> None:
    Holding.objects.create(alert_id=alert["id"], account_id=1, quantity=1)
    Alert.objects.get(pk=alert["id"]).delete()
    assert not Holding.objects.exists()
