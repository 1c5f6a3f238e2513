"""Instruments and currencies as pages: in the browsable API, and in Django's admin."""

import pytest
from django.test import Client

from reference.models import Currency, Instrument

from .tickers import CALL, INSTRUMENTS, address_of

pytestmark = pytest.mark.django_db
FORM = {
    "ticker": "vod",
    "name": "",
    "kind": "share",
    "currency": "GBX",
    "multiplier": "1.50",
    "base_asset": "",
    "isin": "",
}


def test_an_instrument_is_read_as_the_api_reads_it(admin_client: Client) -> None:
    answer = admin_client.post("/admin/reference/instrument/add/", FORM | {"isin": " gb00bh4hks39 "})
    assert answer.status_code == 302
    assert Instrument.objects.get().facts == ("", "share", "GBX", 1.5, None, "GB00BH4HKS39")
    page = admin_client.get(f"/admin/reference/instrument/{Instrument.objects.get().pk}/change/").content.decode()
    assert 'value="1.50"' in page


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"isin": "GB00BH4HKS93"}, "Its check digit should be 6"),
        ({"ticker": "A/B", "kind": "crypto"}, "The ticker of a currency or coin must be its code"),
        ({"multiplier": "0"}, "Must be above zero."),
    ],
)
def test_what_is_wrong_is_said(admin_client: Client, wrong: dict[str, str], message: str) -> None:
    page = admin_client.post("/admin/reference/instrument/add/", FORM | wrong)
    assert message in page.content.decode()
    assert not Instrument.objects.exists()


def test_none_is_no_isin(admin_client: Client) -> None:
    admin_client.post("/admin/reference/instrument/add/", FORM)
    assert Instrument.objects.get().isin is None


def test_currencies_are_looked_at_and_added(admin_client: Client) -> None:
    assert admin_client.get("/admin/reference/currency/?q=USD").status_code == 200
    assert admin_client.post("/admin/reference/currency/add/", {"code": "NEWC"}).status_code == 302
    assert Currency.objects.filter(code="NEWC").exists()
    assert admin_client.post("/admin/reference/currency/NEWC/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.post("/admin/reference/currency/NEWC/change/", {"code": "X"}).status_code == 403


def test_instruments_are_found(admin_client: Client) -> None:
    Instrument.objects.create(ticker="VOD", name="Vodafone")
    assert "Vodafone" in admin_client.get("/admin/reference/instrument/?q=vod").content.decode()


@pytest.mark.parametrize("ticker", [CALL, "ETH/USD"])
def test_the_browsable_api_shows_it_with_a_form(client: Client, ticker: str) -> None:
    Instrument.objects.create(ticker=ticker, name="seen")
    for address in (INSTRUMENTS, address_of(ticker)):
        answer = client.get(address, headers={"accept": "text/html"})
        assert answer.status_code == 200
        assert "seen" in answer.content.decode()


def test_what_a_form_leaves_empty_is_not_said(client: Client) -> None:
    answer = client.post(INSTRUMENTS, FORM | {"currency": "", "multiplier": "", "kind": ""})
    assert answer.status_code == 201, answer.content
    assert Instrument.objects.get().facts == ("", "other", None, 1, None, None)
