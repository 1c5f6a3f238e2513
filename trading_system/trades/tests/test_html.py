"""What people see: the browsable API and the admin."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from trades.filters import TradeFilter
from trades.models import Trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return Client(headers={"accept": "text/html"})


def page(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_trades_a_form_to_add_one_and_filters(
    browser: Client, api: APIClient, fill: dict[str, Any]
) -> None:
    api.post("/api/trades/", fill)
    shown = page(browser, "/api/trades/")
    assert "170.25" in shown
    for name in ("ticker", "price", "quantity", "side", "timestamp", "start_date", "end_date"):
        assert f'name="{name}"' in shown


def test_the_filters_have_the_names_of_their_parameters_and_are_explained(browser: Client) -> None:
    shown = page(browser, "/api/trades/")
    for name, made in TradeFilter.base_filters.items():
        assert f'<label for="id_{name}">{name}:</label>' in shown
        assert made.extra["help_text"] in shown


def test_the_list_has_links_to_other_pages(browser: Client, api: APIClient, fill: dict[str, Any]) -> None:
    for _ in range(2):
        api.post("/api/trades/", fill)
    assert "cursor=" in page(browser, "/api/trades/?page_size=1")


def test_the_form_of_a_trade_holds_its_values(browser: Client, api: APIClient, fill: dict[str, Any]) -> None:
    instant = "2025-06-06T20:00:00.123456Z"
    id_ = api.post("/api/trades/", fill | {"timestamp": instant}).json()["id"]
    shown = page(browser, f"/api/trades/{id_}/")
    values = dict(re.findall(r'<input name="(\w+)"[^>]*value="([^"]*)"', shown))
    texts = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "timestamp": instant, "fee": "0", "external_id": ""}
    texts |= {"account": "main", "currency": "USD", "fee_currency": "USD"}
    assert values == texts


def test_the_form_adds_a_trade(fill: dict[str, Any]) -> None:
    browser = Client(headers={"accept": "text/html"}, enforce_csrf_checks=True)
    answer = browser.post("/api/trades/", fill | {"csrfmiddlewaretoken": "x"})
    assert answer.status_code == 201
    assert b"170.25" in answer.content


def test_each_page_says_what_it_is(browser: Client, url: str) -> None:
    said = ["Trades, newest first.", "Exact totals of trades,", "Every change of a trade:"]
    pages = [page(browser, address) for address in ("/api/trades/", "/api/trades/summary/", f"{url}history/")]
    assert [[words in shown for words in said] for shown in pages] == [[a == b for a in said] for b in said]


def test_each_page_above_is_named_once(browser: Client, api: APIClient, fill: dict[str, Any]) -> None:
    id_ = api.post("/api/trades/", fill).json()["id"]
    [crumbs] = re.findall(r'<ul class="breadcrumb">(.*?)</ul>', page(browser, f"/api/trades/{id_}/"), re.DOTALL)
    assert re.findall(r'<a href="([^"]*)"', crumbs) == ["/api/", "/api/trades/", f"/api/trades/{id_}/"]


def test_the_forms_errors_are_shown(browser: Client) -> None:
    answer = browser.post("/api/trades/", {"ticker": "A;B", "price": "1", "quantity": "0", "side": "buy"})
    assert answer.status_code == 400
    assert b"Must be above zero." in answer.content


@pytest.fixture
def form() -> dict[str, str]:
    """The admin's form of a trade, filled in."""
    return {
        "ticker": "AAPL",
        "price": "170.25",
        "quantity": "10",
        "side": "buy",
        "timestamp": "2025-06-06 20:00:00.123456",
        "fee": "-0.10",
        "account": "1",
        "currency": "gbp",
    }


ADD = "/admin/trades/trade/add/"


def test_the_admin_adds_finds_and_changes_trades(admin_client: Client, form: dict[str, str]) -> None:
    assert admin_client.post(ADD, form | {"ticker": " aapl "}).status_code == 302
    trade = Trade.objects.get()
    assert (trade.ticker, f"{trade.price}", f"{trade.fee}") == ("AAPL", "170.25", "-0.10")
    assert trade.timestamp == datetime(2025, 6, 6, 20, 0, 0, 123456, tzinfo=UTC)
    assert (trade.currency, trade.fee_currency, trade.created_by) == ("GBP", "GBP", "admin")
    assert b"170.25" in admin_client.get("/admin/trades/trade/?q=aapl").content
    changed = form | {"quantity": "12.50"}
    assert admin_client.post(f"/admin/trades/trade/{trade.pk}/change/", changed).status_code == 302
    trade.refresh_from_db()
    assert f"{trade.quantity}" == "12.50"


def test_the_admins_form_holds_every_digit(admin_client: Client, form: dict[str, str]) -> None:
    admin_client.post(ADD, form | {"price": "0.00000001"})
    shown = admin_client.get(f"/admin/trades/trade/{Trade.objects.get().pk}/change/").content.decode()
    values = dict(re.findall(r'name="(\w+)" value="([^"]*)"', shown))
    assert {name: values[name] for name in ("price", "quantity", "timestamp", "fee")} == {
        "price": "0.00000001",
        "quantity": "10",
        "timestamp": "2025-06-06 20:00:00.123456",
        "fee": "-0.10",
    }


@pytest.mark.parametrize(
    "bad",
    [
        {"quantity": "0"},
        {"price": "1_000"},
        {"price": "١٢"},
        {"price": "1.1234567890123456789"},
        {"ticker": "A;B"},
        {"ticker": ""},
        {"timestamp": "2999-01-01"},
        {"timestamp": ""},
        {"currency": "QQQ"},
        {"fee_currency": "US D"},
        {"account": "77"},
    ],
)
def test_the_admin_keeps_the_rules(admin_client: Client, form: dict[str, str], bad: dict[str, str]) -> None:
    answer = admin_client.post(ADD, form | bad)
    assert answer.status_code == 200
    assert b"errorlist" in answer.content
    assert not Trade.objects.exists()


def test_a_nul_is_a_mistake_of_the_client(admin_client: Client, browser: Client) -> None:
    assert admin_client.get("/admin/trades/trade/?side__exact=%00").status_code == 400
    session = {"cookie": r'sessionid="AAAAAAAA\000"'}
    assert browser.get("/admin/", headers=session).status_code == 400
    assert browser.get("/api/trades/", headers=session | {"accept": "text/html"}).status_code == 400
