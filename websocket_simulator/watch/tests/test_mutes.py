"""Mutes and snoozes: whose alerts are told to nobody, and until when."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from tick import Tick
from watch.alert import Alert
from watch.mutes import MAX_MUTES, Mute, Mutes, mutes_of, snoozes_of_answer
from watch.rule import Rule
from watch.rule_reader import RuleError

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MUTE: dict[str, Any] = {"tickers": ["aapl", "BTC-*"], "from": NOON, "to": "2025-06-06T13:00:00Z"}


def alert(ticker: str = "AAPL", instant: datetime = NOON, rule: str = "rise") -> Alert:
    return Alert("id", Tick(ticker, Decimal(1), instant), Rule(name=rule))


def refused(item: object) -> str:
    with pytest.raises(RuleError) as raised:
        mutes_of([item], ["rise"])
    return str(raised.value)


def test_a_mute_is_read_with_its_instants_in_utc() -> None:
    earlier = NOON.astimezone(timezone(HOUR))
    [mute, other] = mutes_of([MUTE, MUTE | {"from": earlier, "to": datetime(2025, 6, 6, 13), "rule": "rise"}], ["rise"])
    assert mute == Mute(("AAPL", "BTC-*"), None, NOON, NOON + HOUR)
    assert other == Mute(("AAPL", "BTC-*"), "rise", NOON, NOON + HOUR)
    assert other.begin.tzinfo is UTC


@pytest.mark.parametrize(
    ("one", "is_held"),
    [
        (alert(), True),
        (alert("BTC-USD"), True),
        (alert("MSFT"), False),
        (alert(instant=NOON - timedelta.resolution), False),
        (alert(instant=NOON + HOUR - timedelta.resolution), True),
        (alert(instant=NOON + HOUR), False),
    ],
)
def test_it_holds_alerts_of_its_tickers_from_its_begin_until_before_its_end(one: Alert, is_held: bool) -> None:
    assert Mutes(mutes_of([MUTE], [])).holds(one) is is_held


def test_it_may_hold_those_of_one_rule_alone() -> None:
    mutes = Mutes(mutes_of([MUTE | {"rule": "rise"}], ["rise", "fall"]))
    assert mutes.holds(alert(rule="rise"))
    assert not mutes.holds(alert(rule="fall"))


def test_without_mutes_nothing_is_held() -> None:
    assert not Mutes().holds(alert())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"from": "noon"}, "from is no date and time: 'noon'"),
        ({"from": NOON.date()}, "from is no date and time: '2025-06-06'"),
        ({"to": "9999-12-31T23:59:59.9999999Z"}, "to is no date and time: '9999-12-31T23:59:59.9999999Z'"),
        ({"to": NOON}, "to is not after from"),
        ({"rule": "nope"}, "rule is the name of no rule: 'nope'"),
        ({"rule": "No Pe"}, "rule is not 1 to 32 lower-case letters, digits and hyphens: 'No Pe'"),
        ({"tickers": []}, "tickers is not a list of 1 to 100 tickers or patterns such as 'BTC-*'"),
        ({"until": NOON}, "until is no field of a mute"),
    ],
)
def test_a_mute_that_is_wrong_is_named_by_its_number_and_field(change: dict[str, object], message: str) -> None:
    assert refused(MUTE | change) == f"mute number 1: {message}"


def test_a_field_that_is_missing_is_named() -> None:
    assert refused({"tickers": ["A"], "from": NOON}) == "mute number 1: to is missing"


def test_mutes_are_limited() -> None:
    with pytest.raises(RuleError, match="mute number 1001: is more than the 1000 that there may be"):
        mutes_of([MUTE] * (MAX_MUTES + 1), [])
    with pytest.raises(RuleError, match="no list of tables"):
        mutes_of(MUTE, [])


def test_a_snooze_of_the_ledger_holds_one_ticker_until_its_end() -> None:
    items = [
        {"id": 1, "ticker": "AAPL", "rule": None, "until": "2025-06-06T13:00:00Z"},
        {"id": 2, "ticker": "A*[?", "rule": "rise", "until": "2025-06-06T13:00:00Z"},
    ]
    mutes = Mutes(snoozes=snoozes_of_answer(json.dumps({"results": items}).encode()))
    assert mutes.holds(alert("AAPL", NOON - 1000 * HOUR, "fall"))
    assert not mutes.holds(alert("AAPL", NOON + HOUR, "fall"))
    assert mutes.holds(alert("A*[?", rule="rise"))
    assert not mutes.holds(alert("A*[?", rule="fall"))
    assert not mutes.holds(alert("ABC[D", rule="rise"))


@pytest.mark.parametrize(
    "change",
    [{"ticker": ""}, {"rule": "No Pe"}, {"until": "soon"}, {"until": "9999-12-31T23:59:59.9999999Z"}, {"until": None}],
)
def test_an_answer_with_what_is_no_snooze_is_an_error(change: dict[str, object]) -> None:
    item = {"ticker": "AAPL", "rule": None, "until": "2025-06-06T13:00:00Z"} | change
    with pytest.raises(ValueError, match=r"."):
        snoozes_of_answer(json.dumps({"results": [item]}).encode())


def test_an_answer_without_a_field_is_an_error() -> None:
    with pytest.raises(ValueError, match="no snooze: 'rule'"):
        snoozes_of_answer(b'{"results": [{"ticker": "A", "until": "2025-06-06T13:00:00Z"}]}')
