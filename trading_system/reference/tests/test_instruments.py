"""What is known of a ticker: entered once, answered in normal form, changed and deleted by version."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from reference.models import Currency, Instrument

from .tickers import CALL, INSTRUMENTS, VOD, add, address_of

pytestmark = pytest.mark.django_db


def test_what_is_not_said_is_null(api: APIClient) -> None:
    found = add(api, ticker="AAPL")
    times = {name: found[name] for name in ("id", "created_at", "updated_at")}
    assert found == times | {
        "ticker": "AAPL", "name": None, "kind": "other", "currency": None, "multiplier": "1", "base_asset": None,
        "isin": None, "option": None,
    }  # fmt: skip


def test_all_that_is_said_is_answered(api: APIClient) -> None:
    said = VOD | {"multiplier": "0.50", "base_asset": "GBP"}
    found = add(api, **said)
    assert {name: found[name] for name in said} == said
    assert api.get(address_of("VOD")).json() == found


def test_it_is_answered_in_normal_form(api: APIClient) -> None:
    found = add(api, ticker=" eth-usd", currency=" usd ", base_asset="eth", isin=" us0378331005 ", multiplier=2)
    assert {name: found[name] for name in ("ticker", "currency", "base_asset", "isin", "multiplier")} == {
        "ticker": "ETH-USD", "currency": "USD", "base_asset": "ETH", "isin": "US0378331005", "multiplier": "2",
    }  # fmt: skip


@pytest.mark.parametrize(("given", "code"), [("GBp", "GBX"), ("gbp", "GBP"), ("GBX", "GBX"), ("zac", "ZAC")])
def test_pence_are_pence(api: APIClient, given: str, code: str) -> None:
    assert add(api, ticker="VOD", currency=given)["currency"] == code


@pytest.mark.parametrize("nothing", [None, ""])
def test_what_is_known_can_be_taken_back(api: APIClient, nothing: str | None) -> None:
    add(api, **VOD, multiplier=10, base_asset="GBP")
    names = ("name", "currency", "multiplier", "base_asset", "isin")
    found = api.patch(address_of("VOD"), dict.fromkeys(names, nothing), format="json").json()
    assert {name: found[name] for name in names} == dict.fromkeys(names) | {"multiplier": "1"}


def test_the_symbol_of_an_option_says_what_it_is(api: APIClient) -> None:
    found = add(api, ticker=CALL)
    assert (found["kind"], found["multiplier"]) == ("option", "100")
    assert found["option"] == {"underlying": "SPY", "expiry": "2025-06-20", "right": "call", "strike": "450"}
    assert add(api, ticker="BRKB240119P00302500", multiplier=10)["option"]["strike"] == "302.5"
    assert api.get(address_of("BRKB240119P00302500")).json()["multiplier"] == "10"


def test_the_same_again_changes_nothing(api: APIClient) -> None:
    found = add(api, **VOD)
    for again in (VOD, VOD | {"ticker": "vod", "currency": "GBp"}, VOD | {"multiplier": "1.0"}, found):
        answer = api.post(INSTRUMENTS, again, format="json")
        assert (answer.status_code, answer.json()) == (200, found)


@pytest.mark.parametrize(
    "other",
    [{"name": "Other"}, {"kind": "fund"}, {"currency": "GBP"}, {"multiplier": 2}, {"base_asset": "GBP"}, {"isin": ""}],
)
def test_another_one_with_its_ticker_is_refused(api: APIClient, other: dict[str, Any]) -> None:
    add(api, **VOD)
    answer = api.post(INSTRUMENTS, VOD | other)
    assert (answer.status_code, answer.json()) == (409, {"ticker": ["Another instrument has this ticker."]})
    assert Instrument.objects.get().facts == ("Vodafone Group", "share", "GBX", 1, None, "GB00BH4HKS39")


def test_the_ticker_of_another_one_cannot_be_taken(api: APIClient) -> None:
    add(api, ticker="AAPL")
    add(api, ticker="MSFT")
    answer = api.patch(address_of("MSFT"), {"ticker": "aapl"})
    assert (answer.status_code, answer.json()) == (409, {"ticker": ["Another instrument has this ticker."]})
    assert api.patch(address_of("MSFT"), {"ticker": "goog"}).json()["ticker"] == "GOOG"
    assert api.get(address_of("MSFT")).status_code == 404


def test_a_key_carries_it_out_once(api: APIClient) -> None:
    answers = [api.post(INSTRUMENTS, VOD, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert answers[1]["Location"] == answers[0]["Location"]


def test_a_changed_version_is_not_overwritten(api: APIClient) -> None:
    etag, address = api.post(INSTRUMENTS, VOD)["ETag"], address_of("VOD")
    assert api.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert api.patch(address, {"name": "A"}, headers={"If-Match": etag}).status_code == 200
    assert api.put(address, {"ticker": "VOD", "name": "B"}, headers={"If-Match": etag}).status_code == 412
    assert api.delete(address, headers={"If-Match": etag}).status_code == 412
    assert Instrument.objects.get().name == "A"
    assert api.delete(address, headers={"If-Match": api.get(address)["ETag"]}).status_code == 204
    assert api.get(address).status_code == 404


def test_what_a_put_leaves_out_stays(api: APIClient) -> None:
    found = add(api, **VOD)
    changed = api.put(address_of("VOD"), {"ticker": "VOD", "currency": "GBP"}).json()
    assert changed == found | {"currency": "GBP", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > found["updated_at"]


def test_there_are_only_so_many(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reference.instrument_manager.MAX_INSTRUMENTS", 1)
    add(api, **VOD)
    answer = api.post(INSTRUMENTS, {"ticker": "AAPL"})
    assert (answer.status_code, answer.json()) == (409, {"detail": "There are at most 1 instruments."})
    assert api.post(INSTRUMENTS, VOD).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_those_who_add_the_same_at_once_one_adds_it(together: Callable[..., list[Any]], api: APIClient) -> None:
    answers = together(4, lambda: type(api)().post(INSTRUMENTS, VOD).status_code)
    assert sorted(answers) == [200, 200, 200, 201]


@pytest.mark.parametrize("kind", ["crypto", "currency"])
def test_a_coin_makes_its_code_known(api: APIClient, kind: str) -> None:
    assert api.post(INSTRUMENTS, {"ticker": "X", "currency": "NEWC"}).status_code == 400
    add(api, ticker="newc", kind=kind)
    assert add(api, ticker="NEWC-USD", currency="USD", base_asset="newc")["base_asset"] == "NEWC"
    assert api.delete(address_of("NEWC")).status_code == 204
    assert Currency.objects.filter(code="NEWC").exists()


def test_a_change_of_kind_makes_it_known_too(api: APIClient) -> None:
    add(api, ticker="NEWC")
    assert not Currency.objects.filter(code="NEWC").exists()
    assert api.patch(address_of("NEWC"), {"kind": "crypto"}).status_code == 200
    assert api.patch(address_of("NEWC"), {"ticker": "NEWER"}).status_code == 200
    assert set(Currency.objects.filter(code__startswith="NEW").values_list("code", flat=True)) == {"NEWC", "NEWER"}


def test_multipliers_are_those_that_apply(django_assert_num_queries: Any) -> None:
    Instrument.objects.create(ticker="ESM5", multiplier=Decimal(50))
    Instrument.objects.create(ticker="SPY")
    Instrument.objects.create(ticker="AAPL1 240119P00000001", multiplier=Decimal(10))
    expected = {"ESM5": 50, "SPY": 1, CALL: 100, "AAPL1 240119P00000001": 10, "NONE": 1}
    for instruments in (Instrument.objects.of(*expected), Instrument.objects.all()):
        with django_assert_num_queries(1):
            units = instruments.multiplier_of()
            assert {ticker: units(ticker) for ticker in expected} == expected
    assert Instrument.objects.of().multiplier_of()("ESM5") == 1
