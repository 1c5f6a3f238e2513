"""Splits and renames: trades stay as they were booked, and what follows from them sees through."""

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from portfolio.lots import METHODS
from portfolio.models import CorporateAction
from portfolio.timeline import Action
from trades.models import Trade

from . import oracle
from .book import ACTIONS, CANDLES, FIRST, POSITIONS, book, position

pytestmark = pytest.mark.django_db
LATER = "2025-06-06T20:01:00Z"  # one minute after the first trade
SPLIT = {"kind": "split", "ticker": "NVDA", "timestamp": LATER, "new": 4, "old": 1}
RENAME = {"kind": "rename", "ticker": "FB", "timestamp": LATER, "to": "META"}


def add(api: APIClient, action: dict[str, Any], **fields: Any) -> dict[str, Any]:
    answer = api.post(ACTIONS, action | fields)
    assert answer.status_code == 201, answer.content
    return answer.json()


def positions(api: APIClient, **parameters: str) -> dict[str, tuple[str, str]]:
    """Of each ticker, what is held and what was realised."""
    found = api.get(POSITIONS, parameters).json()["results"]
    return {one["ticker"]: (one["quantity"], one["realised_profit"]) for one in found}


@pytest.mark.parametrize("method", METHODS)
def test_a_split_between_buying_and_selling(api: APIClient, method: str) -> None:
    book([("buy", "10", "800")], "NVDA")
    book([("sell", "40", "210")], "NVDA", minutes=1)
    add(api, SPLIT)
    assert positions(api, method=method) == {"NVDA": ("0", "400")}
    assert Trade.objects.filter(ticker="NVDA", quantity=10, price=800).exists()


@pytest.mark.parametrize("method", METHODS)
def test_a_rename_makes_one_position_of_two(api: APIClient, method: str) -> None:
    book([("buy", "10", "170")], "FB")
    book([("sell", "10", "300")], "META", minutes=1)
    add(api, RENAME)
    assert positions(api, method=method) == positions(api, method=method, ticker="META") == {"META": ("0", "1300")}
    assert positions(api, method=method, ticker="FB") == {}


def test_what_is_left_of_a_reverse_split_is_kept(api: APIClient) -> None:
    book([("buy", "10", "3")], "NVDA", fee="1")
    add(api, SPLIT, new=1, old=3)
    found = position(api)
    third = "3.333333333333333333333333333"
    assert (found["quantity"], found["average_cost"], found["cost_basis"]) == (third, "9", "30")
    assert found["last"] == {"price": "9", "timestamp": "2025-06-06T20:00:00Z"}
    book([("sell", "3", "9"), ("sell", "0.333333333333333333", "9")], "NVDA", minutes=1)
    assert position(api)["quantity"] == "0.0000000000000000003333333333333333333333333333"


def test_candles_are_in_todays_units_or_as_booked(api: APIClient) -> None:
    book([("buy", "10", "800"), ("sell", "40", "210.50")], "NVDA")
    add(api, SPLIT)
    named = ("open", "high", "low", "close", "volume", "vwap")

    def candle(**parameters: str) -> list[str]:
        [found] = api.get(CANDLES, {"ticker": "NVDA", **parameters}).json()["results"]
        return [found[name] for name in named]

    assert candle() == ["200", "210.5", "200", "210.5", "80", "205.25"]
    assert candle(adjusted="false") == ["800", "800", "210.50", "210.50", "50", "328.40"]
    book([("buy", "1", "1")], "OLD")
    add(api, RENAME, ticker="OLD", to="NVDA", timestamp="2025-06-06T20:00:30Z")
    assert candle()[4] == "84"
    assert candle(adjusted="false")[4] == "50"


def test_answers_follow_what_is_entered_late_changed_or_deleted(api: APIClient) -> None:
    book([("buy", "10", "800")], "NVDA")
    assert positions(api) == {"NVDA": ("10", "0")}
    address = f"{ACTIONS}{add(api, SPLIT)['id']}/"
    assert positions(api) == {"NVDA": ("40", "0")}
    assert api.patch(address, {"new": 1, "old": 2}).status_code == 200
    assert positions(api) == {"NVDA": ("5", "0")}
    assert api.delete(address).status_code == 204
    assert positions(api) == {"NVDA": ("10", "0")}


def test_a_changed_version_is_not_overwritten(api: APIClient) -> None:
    book([("buy", "10", "800")], "NVDA")
    created = api.post(ACTIONS, SPLIT)
    address, etag = created["Location"], created["ETag"]
    assert api.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert api.patch(address, {"new": 2}, headers={"If-Match": etag}).status_code == 200
    assert api.patch(address, {"new": 3}, headers={"If-Match": etag}).status_code == 412
    assert api.delete(address, headers={"If-Match": etag}).status_code == 412
    assert CorporateAction.objects.get().new == 2


def test_a_key_carries_it_out_once(api: APIClient) -> None:
    book([("buy", "10", "800")], "NVDA")
    answers = [api.post(ACTIONS, SPLIT, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1]["Idempotency-Replayed"] == "true"


def test_they_are_listed_by_ticker_in_the_order_of_their_instants(api: APIClient) -> None:
    book([("buy", "1", "1")], "NVDA")
    book([("buy", "1", "1")], "FB")
    ids = [add(api, RENAME)["id"], add(api, SPLIT, timestamp="2025-06-06T20:00:30Z")["id"]]
    listed = [one["id"] for one in api.get(ACTIONS).json()["results"]]
    assert listed == ids[::-1]
    for ticker, found in (("meta", ids[:1]), ("FB", ids[:1]), ("NVDA", ids[1:]), ("X", [])):
        assert [one["id"] for one in api.get(ACTIONS, {"ticker": ticker}).json()["results"]] == found


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": "merger"}, "kind", 'Must be "split" or "rename".'),
        ({"new": 0}, "new", "Must be above zero."),
        ({"old": -1}, "old", "Must be above zero."),
        ({"old": None}, "old", "This field is required."),
        ({"new": 10**9 + 1}, "new", "Ensure this value is less than or equal to 1000000000."),
        ({"new": 1.5}, "new", "A valid integer is required."),
        ({"to": "A"}, "to", "Belongs to a rename only."),
        ({"kind": "rename", "new": None, "old": None}, "to", "This field is required."),
        ({"kind": "rename", "to": "X"}, "new", "Belongs to a split only."),
        ({"kind": "rename", "new": None, "old": None, "to": "NVDA"}, "to", "Must be another ticker."),
        ({"ticker": "A;B"}, "ticker", "Must be printable ASCII"),
        ({"timestamp": FIRST.isoformat()}, "timestamp", "No trade of NVDA is before it: it would change nothing."),
        ({"ticker": "AMD"}, "timestamp", "No trade of AMD is before it: it would change nothing."),
        ({"ratio": 4}, "ratio", "Unknown field."),
    ],
)
def test_what_is_wrong_is_named(api: APIClient, change: dict[str, Any], field: str, message: str) -> None:
    book([("buy", "10", "800")], "NVDA")
    answer = api.post(ACTIONS, SPLIT | change)
    assert answer.status_code == 400
    assert answer.json()[field][0].startswith(message)
    assert not CorporateAction.objects.exists()


def test_renames_in_a_circle_are_refused(api: APIClient) -> None:
    book([("buy", "1", "1")], "A")
    book([("buy", "1", "1")], "C")
    add(api, RENAME, ticker="A", to="B")
    add(api, RENAME, ticker="B", to="C", timestamp="2025-06-06T20:02:00Z")
    circle = RENAME | {"ticker": "C", "to": "A", "timestamp": "2025-06-06T20:03:00Z"}
    answer = api.post(ACTIONS, circle)
    assert (answer.status_code, answer.json()) == (400, {"to": ["A leads back to C by other renames."]})
    action = add(api, circle | {"to": "D"})
    assert api.patch(f"{ACTIONS}{action['id']}/", {"to": "A"}).status_code == 400
    assert CorporateAction.objects.get(pk=action["id"]).to == "D"


def test_two_actions_at_one_instant_are_refused(api: APIClient) -> None:
    book([("buy", "1", "1")], "NVDA")
    book([("buy", "1", "1")], "FB")
    add(api, SPLIT)
    answer = api.post(ACTIONS, SPLIT | {"new": 2})
    assert (answer.status_code, answer.json()) == (
        409,
        {"timestamp": ["Another action of the ticker is at this instant."]},
    )
    answer = api.post(ACTIONS, RENAME | {"to": "NVDA"})
    assert (answer.status_code, answer.json()) == (400, {"timestamp": ["An action of NVDA is at this instant."]})
    assert api.post(ACTIONS, SPLIT).status_code == 200
    assert CorporateAction.objects.count() == 1


def test_there_are_only_so_many(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolio.models.MAX_ACTIONS", 1)
    book([("buy", "1", "1")], "NVDA")
    add(api, SPLIT)
    answer = api.post(ACTIONS, SPLIT | {"timestamp": "2025-06-06T20:02:00Z"})
    assert (answer.status_code, answer.json()["detail"]) == (409, "There are at most 1 corporate actions.")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"kind": "merger"}, "kind_fields"), ({"ticker": "a"}, "ticker_form"), ({"new": 0}, "new_above_zero"),
        ({"old": 0}, "old_above_zero"), ({"old": None}, "kind_fields"), ({"to": "X"}, "kind_fields"),
        ({"kind": "rename", "new": None, "old": None, "to": "NVDA"}, "to_other"),
    ],
)  # fmt: skip
def test_the_database_has_the_rules(change: dict[str, Any], rule: str) -> None:
    fields = SPLIT | {"timestamp": FIRST} | change
    with pytest.raises(IntegrityError, match=f"corporateaction_{rule}"), transaction.atomic():
        CorporateAction.objects.create(**fields)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM portfolio_corporateaction")
        assert cursor.fetchone() == (0,)


minutes = st.integers(0, 30)
actions = st.builds(
    lambda ticker, minute, ratio, to: Action(
        ticker, FIRST + timedelta(minutes=minute, seconds=30), ratio if to is None else Fraction(1), to
    ),
    st.sampled_from("AB"),
    minutes,
    st.sampled_from([Fraction(4), Fraction(1, 3), Fraction(21, 20), Fraction(7, 3)]),
    st.sampled_from([None, None, "B", "C"]),
).filter(lambda action: action.to is None or action.to > action.ticker)
fills = st.tuples(
    st.sampled_from("ABC"),
    st.sampled_from(["buy", "sell"]),
    st.sampled_from(["1", "2", "10", "0.3"]),
    st.sampled_from(["1", "7", "0.25"]),
)


@settings(max_examples=60)
@given(
    trades=st.lists(fills, min_size=1, max_size=25),
    found=st.lists(actions, max_size=6, unique_by=lambda action: action.timestamp),
    method=st.sampled_from(["fifo", "lifo", "hifo"]),
)
def test_positions_are_those_of_trades_in_todays_units(
    api: APIClient, trades: list[tuple[str, str, str, str]], found: list[Action], method: str
) -> None:
    Trade.objects.all().delete()
    CorporateAction.objects.all().delete()
    by_now: dict[str, list[tuple[Fraction, Fraction]]] = defaultdict(list)
    for number, (ticker, side, quantity, price) in enumerate(trades):
        book([(side, quantity, price)], ticker, minutes=number)
        final, ratio = oracle.walked(found, ticker, FIRST + timedelta(minutes=number))
        by_now[final].append((Fraction(quantity) * ratio * (1 if side == "buy" else -1), Fraction(price) / ratio))
    CorporateAction.objects.bulk_create(
        CorporateAction(
            kind="rename" if one.to else "split", ticker=one.ticker, timestamp=one.timestamp, to=one.to,
            new=None if one.to else one.ratio.numerator, old=None if one.to else one.ratio.denominator,
        )
        for one in found
    )  # fmt: skip
    told = api.get(POSITIONS, {"method": method}).json()["results"]
    assert [one["ticker"] for one in told] == sorted(by_now)
    for one in told:
        quantity, basis, realised = oracle.by_lots(by_now[one["ticker"]], method)
        assert abs(Fraction(one["quantity"]) - quantity) <= abs(quantity) / 10**27
        assert abs(Fraction(one["cost_basis"]) - basis) < oracle.ROUNDED
        assert abs(Fraction(one["realised_profit"]) - realised) < oracle.ROUNDED
        assert positions(api, method=method, ticker=one["ticker"])[one["ticker"]][0] == one["quantity"]
