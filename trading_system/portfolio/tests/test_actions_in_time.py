"""Which actions an answer sees: those that have happened, as they were known at the instant that it is about."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from portfolio.models import MAX_RATIO, CorporateAction
from reference.models import Account
from rest import instants
from trades.models import Trade

from .book import ACTIONS, CANDLES, LOTS, POSITIONS, book

pytestmark = pytest.mark.django_db
SPLIT = {"kind": "split", "ticker": "NVDA", "new": 4, "old": 1}
EARLY, LATE = "2025-06-06T20:01:00Z", "2025-06-07T20:01:00Z"  # the first trade is a minute before
METHODS = ("fifo", "lifo", "hifo", "average")


def add(api: APIClient, action: dict[str, Any]) -> dict[str, Any]:
    answer = api.post(ACTIONS, action)
    assert answer.status_code == 201, answer.content
    return answer.json()


def held(api: APIClient, **parameters: str) -> str:
    """How many units positions and lots have, which have to agree."""
    [position] = api.get(POSITIONS, parameters).json()["results"]
    [lot] = api.get(LOTS, parameters).json()["results"]
    assert lot["quantity"] == position["quantity"]
    return position["quantity"]


def opened(api: APIClient, **parameters: str) -> str:
    return api.get(CANDLES, {"ticker": "NVDA", **parameters}).json()["results"][0]["open"]


@pytest.fixture
def now(api: APIClient) -> Callable[[], str]:
    """The time by the clock that versions have."""
    return lambda: instants.render(datetime.now(UTC))


def test_a_split_that_is_announced_changes_nothing_before_its_day(api: APIClient, now: Callable[[], str]) -> None:
    book([("buy", "10", "800")], "NVDA")
    add(api, SPLIT | {"timestamp": instants.render(datetime.now(UTC) + timedelta(days=7))})
    assert (held(api), held(api, as_of=now()), opened(api)) == ("10", "10", "800")
    assert held(api, as_of="9999-01-01") == "10"
    add(api, SPLIT | {"timestamp": EARLY})
    assert (held(api), held(api, as_of=now()), opened(api)) == ("40", "40", "200")


def test_a_book_of_the_past_has_the_actions_of_then(api: APIClient, now: Callable[[], str]) -> None:
    """What an alert says was held when it was raised stays so."""
    book([("buy", "10", "800")], "NVDA")
    moments = [now()]
    action = add(api, SPLIT | {"timestamp": EARLY})
    moments.append(now())
    address = f"{ACTIONS}{action['id']}/"
    assert api.patch(address, {"new": 2}).status_code == 200
    moments.append(now())
    assert api.delete(address).status_code == 204
    moments.append(now())
    assert [held(api, as_of=moment) for moment in moments] == ["10", "40", "20", "10"]
    assert [opened(api, as_of=moment) for moment in moments] == ["800", "200", "400", "800"]
    assert not CorporateAction.objects.exists()


@pytest.mark.parametrize("method", METHODS)
def test_the_most_digits_that_splits_may_add_are_answered(api: APIClient, method: str) -> None:
    """Each ratio may be odd; the amounts of all together have to stay such that they can be computed."""
    book([("buy", "10", "800"), ("sell", "3", "900")], "NVDA")
    day = datetime(2025, 6, 7, tzinfo=UTC)
    answers = []
    while not answers or answers[-1].status_code == 201:
        timestamp = instants.render(day + timedelta(days=len(answers)))
        odd = SPLIT | {"timestamp": timestamp, "new": 1, "old": 999_999_937 - 2 * len(answers)}
        answers.append(api.post(ACTIONS, odd))
    assert (answers[-1].status_code, len(answers)) == (400, 12)
    assert "100 digits" in answers[-1].json()["new"][0]
    parameters = {"method": method, "ticker": "NVDA"}
    assert api.get(POSITIONS, parameters).json()["results"][0]["realised_profit"] == "300"
    assert api.get(LOTS, parameters | {"state": "closed"}).json()["results"][0]["profit"] == "300"
    assert api.get(CANDLES, {"ticker": "NVDA"}).status_code == 200


def test_other_tickers_have_bounds_of_their_own(api: APIClient) -> None:
    """Splits that undo each other leave many digits when one kind of them is deleted."""
    book([("buy", "10", "800")], "NVDA")
    book([("buy", "10", "800")], "OTHER")
    day = datetime(2025, 6, 7, tzinfo=UTC)
    for number in range(30):
        new, old = (MAX_RATIO, 1) if number % 2 else (1, MAX_RATIO)
        timestamp = instants.render(day + timedelta(days=number))
        add(api, SPLIT | {"timestamp": timestamp, "new": new, "old": old})
    CorporateAction.objects.filter(old=1).delete()
    add(api, SPLIT | {"ticker": "OTHER", "timestamp": EARLY})
    answer = api.post(ACTIONS, SPLIT | {"timestamp": EARLY})
    assert "amounts of NVDA would get more than 100 digits longer" in answer.json()["new"][0]
    assert {one["ticker"] for one in api.get(POSITIONS).json()["results"]} == {"NVDA", "OTHER"}


def test_only_so_many_actions_lead_to_one_ticker(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolio.models.MAX_TOGETHER", 2)
    book([("buy", "10", "800")], "A")
    book([("buy", "10", "800")], "OTHER")
    rename = {"kind": "rename", "ticker": "A", "to": "B", "timestamp": EARLY}
    add(api, rename)
    add(api, rename | {"ticker": "B", "to": "C", "timestamp": LATE})
    answer = api.post(ACTIONS, SPLIT | {"ticker": "A", "timestamp": "2025-06-06T20:00:30Z"})
    assert (answer.status_code, answer.json()["ticker"]) == (400, ["At most 2 actions may lead to one ticker."])
    add(api, SPLIT | {"ticker": "OTHER", "timestamp": EARLY})


def test_a_split_that_changes_no_number_is_refused(api: APIClient) -> None:
    book([("buy", "10", "800")], "NVDA")
    answer = api.post(ACTIONS, SPLIT | {"timestamp": EARLY, "new": 5, "old": 5})
    assert (answer.status_code, list(answer.json())) == (400, ["new"])


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"ticker": "NVDA", "to": "NEW", "timestamp": EARLY}, {"ticker": "NVDA", "timestamp": LATE}),
        ({"ticker": "NVDA", "to": "NEW", "timestamp": LATE}, {"ticker": "NEW", "timestamp": EARLY}),
    ],
    ids=["after it was renamed", "before it was its name"],
)
def test_an_action_that_changes_no_trade_is_refused(api: APIClient, first: Any, then: Any) -> None:
    book([("buy", "10", "800")], "NVDA")
    add(api, {"kind": "rename", **first})
    answer = api.post(ACTIONS, SPLIT | then)
    assert (answer.status_code, "would change nothing" in answer.json()["timestamp"][0]) == (400, True)


def test_an_action_of_a_ticker_that_is_traded_again_is_taken(api: APIClient) -> None:
    book([("buy", "10", "800")], "NVDA")
    add(api, {"kind": "rename", "ticker": "NVDA", "to": "NEW", "timestamp": EARLY})
    book([("buy", "10", "5")], "NVDA", minutes=2)
    add(api, SPLIT | {"timestamp": LATE})
    found = {one["ticker"]: one["quantity"] for one in api.get(POSITIONS).json()["results"]}
    assert found == {"NEW": "10", "NVDA": "40"}


def test_two_accounts_of_one_name_have_positions_of_their_own(api: APIClient) -> None:
    """Whoever is let into a second account may see two of one name; the older one comes first."""
    older, newer = 999_999_999, 1_000_000_000  # as texts, it is the other way round
    for number, side, price in ((older, "buy", "5"), (newer, "sell", "8")):
        account = Account.objects.create(pk=number, name="Twin", currency_id="USD")
        Trade.objects.create(ticker="TWX", side=side, quantity=9, price=price, account=account)
    asked = {"group": "account", "ticker": "TWX"}
    for method in METHODS:
        found = api.get(POSITIONS, asked | {"method": method}).json()["results"]
        assert [(one["account"], one["quantity"], one["realised_profit"]) for one in found] == [
            ("Twin", "9", "0"),
            ("Twin", "-9", "0"),
        ]
        lots = api.get(LOTS, asked | {"method": method, "page_size": "1"}).json()
        assert [one["quantity"] for one in (*lots["results"], *api.get(lots["next"]).json()["results"])] == ["9", "-9"]
        assert api.get(LOTS, asked | {"method": method, "state": "closed"}).json()["results"] == []


def test_the_admin_keeps_the_rules_between_actions(admin_client: Client) -> None:
    book([("buy", "10", "800")], "NVDA")
    fields = {"kind": "rename", "ticker": "nvda", "to": "new", "timestamp_0": "2025-06-07", "timestamp_1": "20:01:00"}
    address = "/admin/portfolio/corporateaction/add/"
    assert admin_client.post(address, fields).status_code == 302
    back = fields | {"ticker": "new", "to": "nvda", "timestamp_0": "2025-06-08"}
    answer = admin_client.post(address, back)
    assert (answer.status_code, b"leads back to NEW by other renames" in answer.content) == (200, True)
    assert [(one.ticker, one.to) for one in CorporateAction.objects.all()] == [("NVDA", "NEW")]
    for date in ("", "x"):
        answer = admin_client.post(address, fields | {"timestamp_0": date})
        assert (answer.status_code, b"errorlist" in answer.content) == (200, True)


def test_the_admin_locks_in_the_order_of_the_api() -> None:
    """The row and then the table; in the other order, the two would wait for each other."""
    book([("buy", "10", "800")], "NVDA")
    action = CorporateAction.objects.create(**SPLIT, timestamp=datetime(2025, 6, 7, tzinfo=UTC))
    with CaptureQueriesContext(connection) as queries:
        action.clean()
    row, table, *_ = [query["sql"] for query in queries]
    assert ("FOR UPDATE" in row, table.startswith("LOCK TABLE")) == (True, True)
