"""What people see: the browsable API and the admin."""

import re
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from trades.models import Trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return Client(headers={"accept": "text/html"})


def page(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_front_page_leads_to_the_api(browser: Client) -> None:
    assert browser.get("/", follow=True).redirect_chain == [("/api/", 302)]
    assert "/api/trades/" in page(browser, "/api/")


def test_the_list_shows_trades_a_form_to_add_one_and_filters(
    browser: Client, api: APIClient, fill: dict[str, Any]
) -> None:
    api.post("/api/trades/", fill)
    shown = page(browser, "/api/trades/")
    assert "170.25" in shown
    for name in ("ticker", "price", "quantity", "side", "timestamp", "start_date", "end_date"):
        assert f'name="{name}"' in shown


def test_the_list_has_links_to_other_pages(browser: Client, api: APIClient, fill: dict[str, Any]) -> None:
    for _ in range(2):
        api.post("/api/trades/", fill)
    assert "?cursor=" in page(browser, "/api/trades/?page_size=1") or "&amp;cursor=" in page(
        browser, "/api/trades/?page_size=1"
    )


def test_the_form_of_a_trade_holds_its_values(browser: Client, api: APIClient, fill: dict[str, Any]) -> None:
    instant = "2025-06-06T20:00:00.123456Z"
    id_ = api.post("/api/trades/", fill | {"timestamp": instant}).json()["id"]
    shown = page(browser, f"/api/trades/{id_}/")
    values = dict(re.findall(r'<input name="(\w+)"[^>]*value="([^"]*)"', shown))
    assert values == {"ticker": "AAPL", "price": "170.25", "quantity": "10", "timestamp": instant}


def test_each_page_above_is_named_once(browser: Client, api: APIClient, fill: dict[str, Any]) -> None:
    id_ = api.post("/api/trades/", fill).json()["id"]
    [crumbs] = re.findall(r'<ul class="breadcrumb">(.*?)</ul>', page(browser, f"/api/trades/{id_}/"), re.DOTALL)
    assert re.findall(r'<a href="([^"]*)"', crumbs) == ["/api/", "/api/trades/", f"/api/trades/{id_}/"]


def test_the_forms_errors_are_shown(browser: Client) -> None:
    answer = browser.post("/api/trades/", {"ticker": "A B", "price": "0", "quantity": "1", "side": "buy"})
    assert answer.status_code == 400
    assert b"Must be above zero." in answer.content


def test_the_admin_adds_finds_and_changes_trades(admin_client: Client) -> None:
    form = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}
    added = admin_client.post(
        "/admin/trades/trade/add/", form | {"timestamp_0": "2025-06-06", "timestamp_1": "20:00:00"}
    )
    assert added.status_code == 302, added.content
    trade = Trade.objects.get()
    assert f"{trade.price}" == "170.25"
    assert b"170.25" in admin_client.get("/admin/trades/trade/?q=aapl").content
    changed = form | {"quantity": "12.50", "timestamp_0": "2025-06-06", "timestamp_1": "20:00:00"}
    assert admin_client.post(f"/admin/trades/trade/{trade.pk}/change/", changed).status_code == 302
    trade.refresh_from_db()
    assert f"{trade.quantity}" == "12.50"


@pytest.mark.parametrize(
    "bad",
    [
        {"price": "0"},
        {"ticker": "aapl"},
        {"timestamp_0": "2999-01-01"},
        {"timestamp_0": "", "timestamp_1": ""},
        {"price": "1.123456789"},
    ],
)
def test_the_admin_keeps_the_rules(admin_client: Client, bad: dict[str, str]) -> None:
    form = {
        "ticker": "AAPL",
        "price": "1",
        "quantity": "1",
        "side": "buy",
        "timestamp_0": "2025-06-06",
        "timestamp_1": "20:00:00",
    }
    answer = admin_client.post("/admin/trades/trade/add/", form | bad)
    assert answer.status_code == 200
    assert b"errorlist" in answer.content
    assert not Trade.objects.exists()
