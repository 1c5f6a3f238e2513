"""Candles that a watch sends are kept, all of them or none; what is wrong is named by position and field."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from market.models import Candle, LastPrice
from market.serializers import MAX_CANDLES
from rest import instants
from rest.body_sizes import MAX_CANDLES_BODY
from rest.tests.clients import ApiClient

from .seen import BEGIN, CANDLE, CANDLES, MINUTE, columns, keep, minute

pytestmark = pytest.mark.django_db
Together = Callable[..., list[Any]]


def test_it_is_kept_digit_for_digit(api: APIClient) -> None:
    given = CANDLE | {"open": "170.250", "volume": 0, "ticker": "aapl"}
    answer = api.post(CANDLES, [given])
    assert (answer.status_code, answer.json()) == (200, {"stored": 1})
    kept = Candle.objects.get()
    assert (kept.ticker, f"{kept.open:f}", f"{kept.volume:f}") == ("AAPL", "170.250", "0")


def test_as_many_as_fit_are_kept_by_four_queries(api: APIClient) -> None:
    many = [minute(BEGIN + number * MINUTE, price=f"{100 + number}.{number:018d}") for number in range(MAX_CANDLES)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert api.post(CANDLES, many).json() == {"stored": MAX_CANDLES}
    assert len(queries) == 4  # two of them are a savepoint's
    assert Candle.objects.count() == MAX_CANDLES


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("ticker", "", "This field may not be blank."),
        ("timestamp", "2025-06-06T20:00:00.1Z", "Must be the beginning of a minute."),
        ("open", "0", "Must be above zero."),
        ("open", "175", "Must not be below open or close."),
        ("high", True, "A valid number is required."),
        ("low", "172", "Must not be above open or close."),
        ("close", "1" + "0" * 50, "At most 50 digits before the point."),
        ("volume", "-1", "Must not be below zero."),
        ("ticks", 0, "Must be above zero."),
        ("ticks", "1", "A valid integer is required."),
        ("gap", None, "This field may not be null."),
        ("first", "2025-06-06T19:59:59Z", "Must be within the minute."),
        ("last", "2025-06-06T20:01:00Z", "Must be within the minute."),
        ("last", "2025-06-06T20:00:00.119Z", "Must not be before first."),
        ("seq", 1, "Unknown field."),
        ("source", "real", "Unknown field."),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_kept(api: APIClient, field: str, value: Any, message: str) -> None:
    answer = api.post(CANDLES, [CANDLE, CANDLE | {field: value}, {}])
    named = "high" if message.startswith("Must not be below open") else field
    assert (answer.status_code, answer.json()) == (400, {f"1.{named}": [message]})
    assert not Candle.objects.exists()
    assert not LastPrice.objects.exists()


def test_a_field_that_is_missing_is_named(api: APIClient) -> None:
    given = {name: value for name, value in CANDLE.items() if name != "gap"}
    assert api.post(CANDLES, [given]).json() == {"0.gap": ["This field is required."]}


@pytest.mark.parametrize(("seconds", "status"), [(60, 200), (60.000001, 400)])
def test_none_may_end_more_than_a_minute_from_now(
    api: APIClient, monkeypatch: pytest.MonkeyPatch, seconds: float, status: int
) -> None:
    """By a wrong clock it would be the last price for a long time."""
    last = instants.parse(CANDLE["last"])
    monkeypatch.setattr(timezone, "now", lambda: last - timedelta(seconds=seconds))
    answer = api.post(CANDLES, [CANDLE])
    assert answer.status_code == status
    assert status == 200 or answer.json() == {"0.last": ["Must not be more than a minute in the future."]}


@pytest.mark.parametrize("body", [[], {}, CANDLE, "x", [CANDLE] * (MAX_CANDLES + 1)], ids=lambda body: str(body)[:20])
def test_what_is_no_list_of_so_many_is_refused(api: APIClient, body: Any) -> None:
    answer = api.post(CANDLES, body)
    assert (answer.status_code, answer.json()) == (400, {"candles": ["Must be a list of 1 to 5000 candles."]})


def test_what_is_no_candle_is_named_by_its_position(api: APIClient) -> None:
    assert list(api.post(CANDLES, [CANDLE, 7]).json()) == ["1"]


def test_a_body_has_a_limit(api: APIClient) -> None:
    answer = api.generic("POST", CANDLES, "[" + " " * MAX_CANDLES_BODY + "]", content_type="application/json")
    assert answer.status_code == 413


def test_it_is_in_utf_8_and_json(api: APIClient) -> None:
    for type_ in ("application/json; charset=latin-1", "application/x-www-form-urlencoded"):
        assert api.generic("POST", CANDLES, "[]", content_type=type_).status_code == 415


@pytest.mark.parametrize(
    ("fields", "broken"),
    [
        ({"ticker": "aapl"}, "candle_ticker_form"),
        ({"timestamp": BEGIN + MINUTE / 60, "first": BEGIN + MINUTE / 30}, "candle_timestamp_minute"),
        ({"high": "170"}, "candle_high_order"),
        ({"low": "171"}, "candle_low_order"),
        ({"close": "0", "low": "0"}, "candle_(close|low)_above_zero"),
        ({"high": "NaN"}, "candle_high_whole_digits"),
        ({"volume": "-1"}, "candle_volume_sign"),
        ({"ticks": 0}, "candle_(closing_ticks_range|ticks_above_zero)"),
        ({"first": BEGIN - MINUTE}, "candle_first_minute"),
        ({"last": BEGIN + MINUTE}, "candle_last_minute"),
        ({"first": BEGIN + MINUTE / 2, "last": BEGIN + MINUTE / 3}, "candle_last_order"),
    ],
)
def test_the_database_refuses_it_too(fields: dict[str, Any], broken: str) -> None:
    with pytest.raises(IntegrityError, match=broken), transaction.atomic():
        Candle.objects.keep([columns(CANDLE) | fields], "real")


@pytest.mark.parametrize(
    ("fields", "broken"),
    [({name: ticks}, f"candle_{name}_range") for name in ("opening_ticks", "closing_ticks") for ticks in (0, 84)],
)
def test_no_part_of_a_minute_has_more_ticks_than_it(fields: dict[str, int], broken: str) -> None:
    keep(CANDLE)
    with pytest.raises(IntegrityError, match=broken), transaction.atomic():
        Candle.objects.update(**fields)


@pytest.mark.django_db(transaction=True)
def test_several_at_once_in_any_order_do_not_wait_for_each_other(together: Together) -> None:
    many = [minute(BEGIN + number * MINUTE, ticker=ticker) for number in range(20) for ticker in ("A", "b", "C")]
    orders = [random.Random(seed).sample(many, len(many)) for seed in range(8)]
    answers = together(4, lambda: [ApiClient().post(CANDLES, orders.pop()).status_code for _ in range(2)])
    assert answers == [[200, 200]] * 4
    assert (Candle.objects.count(), LastPrice.objects.count()) == (60, 3)
