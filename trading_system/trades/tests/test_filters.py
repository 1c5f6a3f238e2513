"""Which trades the filters of a list choose."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from rest.forms import MAX_TICKERS
from trades.filters import TradeFilter
from trades.models import Trade

from .book import FIRST, URL, found, record

pytestmark = pytest.mark.django_db


def test_several_tickers_come_in_one_order(api: APIClient) -> None:
    one, two, _, four = (
        record(FIRST + timedelta(seconds=second), ticker=ticker)[0].pk
        for second, ticker in enumerate(["AAPL", "MSFT", "TSLA", "AAPL"])
    )
    assert found(api, ticker="aapl, msft,AAPL") == [four, two, one]
    assert found(api, ticker="AAPL,MSFT", ordering="timestamp", page_size="2") == [one, two]


@pytest.mark.parametrize(
    ("zone", "day", "first", "last"),
    [
        ("Europe/Berlin", "2025-06-06", "2025-06-05T22:00:00Z", "2025-06-06T21:59:59.999999Z"),
        ("America/New_York", "2025-03-09", "2025-03-09T05:00:00Z", "2025-03-10T03:59:59.999999Z"),  # 23 hours
        ("America/New_York", "2025-11-02", "2025-11-02T04:00:00Z", "2025-11-03T04:59:59.999999Z"),  # 25 hours
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T01:59:59.999999Z"),  # no midnight
        ("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z", "2024-11-04T04:59:59.999999Z"),  # two midnights
        ("Etc/GMT-9", "0001-01-02", "0001-01-01T15:00:00Z", "0001-01-02T14:59:59.999999Z"),
        ("Etc/GMT 5", "2025-06-06", "2025-06-06T05:00:00Z", "2025-06-07T04:59:59.999999Z"),
        ("Asia/Kathmandu", "2025-06-06", "2025-06-05T18:15:00Z", "2025-06-06T18:14:59.999999Z"),
        ("UTC", "2025-06-06", "2025-06-06T00:00:00Z", "2025-06-06T23:59:59.999999Z"),
    ],
)
def test_a_date_is_a_whole_day_of_its_zone(api: APIClient, zone: str, day: str, first: str, last: str) -> None:
    begin, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    tick = timedelta(microseconds=1)
    _, one, two, _ = record(begin - tick, begin, end, end + tick)
    assert found(api, start_date=day, end_date=day, tz=zone) == [two.pk, one.pk]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_first_and_the_last_day_have_an_end(api: APIClient, zone: str) -> None:
    [trade] = record(datetime.min.replace(tzinfo=UTC))
    assert found(api, start_date="0001-01-01", end_date="9999-12-31", tz=zone) == ([trade.pk] if "Asia" in zone else [])
    assert found(api, start_date="9999-12-30", end_date="9999-12-30", tz=zone) == []


def test_a_time_without_an_offset_is_in_the_zone_and_one_with_an_offset_is_not(api: APIClient) -> None:
    [trade] = record(datetime(2025, 6, 6, 10, tzinfo=UTC))
    assert found(api, start_date="2025-06-06T12:00", end_date="2025-06-06T12:00", tz="Europe/Berlin") == [trade.pk]
    assert found(api, start_date="2025-06-06T10:00Z", end_date="2025-06-06T10:00Z", tz="Europe/Berlin") == [trade.pk]


def test_an_hour_that_occurs_twice_is_whole(api: APIClient) -> None:
    hours = [datetime(2025, 10, 26, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    trades = record(*hours)
    wanted = [trade.pk for trade in reversed(trades)]
    assert found(api, start_date="2025-10-26T02:30", end_date="2025-10-26T02:30", tz="Europe/Berlin") == wanted


@pytest.mark.parametrize("time", ["02:00", "02:30", "02:59:59.999999"])
def test_a_time_that_the_clocks_skip_is_an_error(api: APIClient, time: str) -> None:
    answer = api.get(URL, {"end_date": f"2025-03-30T{time}", "tz": "Europe/Berlin"})
    assert (answer.status_code, answer.json()) == (
        400,
        {"end_date": ["Does not exist in its time zone: the clocks skip it."]},
    )
    for there in ("2025-03-30T01:59:59.999999", "2025-03-30T03:00", f"2025-03-30T{time}Z"):
        assert api.get(URL, {"end_date": there, "tz": "Europe/Berlin"}).status_code == 200


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("yesterday", "Must be a date such as 2025-06-06 or a date and time such as 2025-06-06T20:00:00Z."),
        ("2025-02-30", "Must be a date that exists."),
        ("0000-01-01", "Must be a date that exists."),
        ("+" * 100_000, "Must be a date such as 2025-06-06 or a date and time such as 2025-06-06T20:00:00Z."),
        ("T" * 100_000, "Must be a date such as 2025-06-06 or a date and time such as 2025-06-06T20:00:00Z."),
        ("T " * 50_000, "Must be a date such as 2025-06-06 or a date and time such as 2025-06-06T20:00:00Z."),
        ("2025-02-30T00:00", "Must be a date and time that exists, from the year 1 to 9999."),
        ("2025-06-06T20:00:00.1234567", "Must have at most 6 decimals in its seconds."),
    ],
)
def test_what_is_wrong_with_a_date_is_said(api: APIClient, text: str, message: str) -> None:
    assert api.get(URL, {"start_date": text, "tz": "Asia/Tokyo"}).json() == {"start_date": [message]}


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "localtime", "Factory", "../etc/passwd", "UTC+2"])
def test_a_zone_that_is_none_is_all_that_is_wrong(api: APIClient, zone: str) -> None:
    answer = api.get(URL, {"tz": zone, "start_date": "2025-06-07", "end_date": "2025-06-06"})
    assert (answer.status_code, answer.json()) == (400, {"tz": ["Must be a time zone such as Europe/Berlin."]})


@pytest.mark.parametrize("name", ["min_price", "max_price", "min_quantity", "max_quantity"])
@pytest.mark.parametrize("text", ["1." + "0" * 17_000, "1" * 101, "0" * 101])
def test_an_amount_is_at_most_so_long(api: APIClient, name: str, text: str) -> None:
    answer = api.get(URL, {name: text})
    assert (answer.status_code, list(answer.json())) == (400, [name])


@pytest.mark.parametrize("name", ["min_price", "max_price", "min_quantity", "max_quantity"])
@pytest.mark.parametrize("text", ["1e9999", "1." + "0" * 90 + "e-9999", "1" * 100])
def test_an_amount_of_a_hundred_characters_is_read_however_large_it_is(api: APIClient, name: str, text: str) -> None:
    assert api.get(URL, {name: text}).status_code == 200


def test_as_many_tickers_as_are_allowed(api: APIClient) -> None:
    names = [f"T{number}" for number in range(MAX_TICKERS + 1)]
    assert api.get(URL, {"ticker": ",".join(names[1:])}).status_code == 200
    assert api.get(URL, {"ticker": ",".join(names)}).json() == {"ticker": ["At most 100 tickers."]}


@pytest.mark.parametrize(
    ("parameters", "numbers"),
    [
        ({"side": "sell"}, [1]),
        ({"side": "SELL"}, [1]),
        ({"min_price": "10.5"}, [1, 2]),
        ({"min_price": "10.50000001"}, [2]),
        ({"max_price": "10.5"}, [0, 1]),
        ({"min_price": "1e1", "max_price": "1.1e1"}, [1]),
        ({"min_quantity": "2"}, [1, 2]),
        ({"max_quantity": "2.0"}, [0, 1]),
        ({"min_price": "-1"}, [0, 1, 2]),
        ({"external_id": "fill-1"}, [1]),
        ({"external_id": "FILL-1"}, []),
        ({"external_id": "' OR 1=1 --"}, []),
        ({"min_price": "", "side": "", "external_id": "", "tz": "", "as_of": "", "ticker": ""}, [0, 1, 2]),
    ],
)
def test_side_price_quantity_and_external_id(api: APIClient, parameters: dict[str, str], numbers: list[int]) -> None:
    rows = [
        {"price": "1", "quantity": "1", "side": "buy"},
        {"price": "10.5", "quantity": "2", "side": "sell", "external_id": "fill-1"},
        {"price": "100", "quantity": "3", "side": "buy"},
    ]
    trades = [record(FIRST, **row)[0].pk for row in rows]
    assert found(api, ordering="timestamp", **parameters) == [trades[number] for number in numbers]


def test_what_is_left_empty_in_the_form_is_not_asked_for(api: APIClient) -> None:
    [trade] = record(FIRST)
    form = dict.fromkeys(TradeFilter.base_filters, "")
    for filled in (
        {},
        {"end_date": "2025-06-30"},
        {"start_date": "2025-05-01"},
        {"max_price": "1"},
        {"min_quantity": "1"},
    ):
        assert found(api, **form | filled) == [trade.pk]


def test_updated_since_finds_what_was_added_or_changed(api: APIClient) -> None:
    old, changed = record(FIRST, FIRST)
    since = Trade.objects.get(pk=changed.pk).updated_at + timedelta(microseconds=1)
    assert found(api, updated_since=since.isoformat()) == []
    api.patch(f"{URL}{changed.pk}/", {"price": "2"})
    [added] = record(FIRST)
    assert found(api, updated_since=since.isoformat()) == [added.pk, changed.pk]
    assert old.pk in found(api, updated_since="2025-01-01")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("tikcer", "ticker"),
        ("startdate", "start_date"),
        ("END_DATE", "end_date"),
        ("symbol[]", "as_of"),
        ("formt", "format"),
    ],
)
def test_an_unknown_parameter_is_told_the_nearest_one(api: APIClient, name: str, nearest: str) -> None:
    answer = api.get(f"{URL}?{name}=1")
    assert answer.json() == {name: [f"Unknown parameter; the nearest is {nearest}."]}


@pytest.mark.parametrize(("url", "formats"), [(URL, "json or api"), (f"{URL}export/", "csv or ndjson or xlsx")])
def test_a_format_that_is_not_there_is_a_parameter_that_is_wrong(api: APIClient, url: str, formats: str) -> None:
    answer = api.get(url, {"format": "xml"})
    assert (answer.status_code, answer.json()) == (400, {"format": [f"Must be {formats}."]})


@pytest.mark.parametrize("url", [URL, f"{URL}summary/", f"{URL}export/"])
def test_all_that_filter_read_the_same_parameters(api: APIClient, url: str) -> None:
    answer = api.get(url, {"ticker": "AAPL", "start_date": "2025-06-01", "tz": "Asia/Tokyo"})
    assert (answer.status_code, answer.getvalue()[:1] != b"") == (
        200,
        True,
    )  # an export is a transaction until it is read
    assert set(api.get(url, {"start_date": "x", "tz": "y", "sied": "buy"}).json()) == {"sied"}
    assert set(api.get(url, {"start_date": "2025-06-02", "end_date": "2025-06-01"}).json()) == {"start_date"}


@pytest.fixture
def many(db: None) -> None:
    """Ten thousand trades, of which one in a thousand has an external_id."""
    with connection.cursor() as cursor:
        cursor.execute("""INSERT INTO trades_trade (ticker, price, quantity, side, currency, fee_currency, timestamp, external_id, updated_at)
            SELECT 'T' || i % 50, 1, 1, 'buy', 'USD', 'USD', timestamptz '2025-01-01' + i * interval '1 minute',
                CASE WHEN i % 1000 = 0 THEN i::text END, timestamptz '2025-01-01' + i * interval '1 minute'
            FROM generate_series(1, 10000) i""")
        cursor.execute("ANALYZE trades_trade")


@pytest.mark.parametrize(
    ("parameters", "index"),
    [
        ({}, "trade_account_timestamp"),
        ({"ticker": "T7"}, "trade_account_ticker"),
        ({"ticker": "T7,T8", "start_date": "2025-01-03"}, "trade_account_ticker"),
        ({"start_date": "2025-01-03", "end_date": "2025-01-03"}, "trade_account_timestamp"),
        ({"external_id": "5000"}, "trade_external_id_account_unique"),
        ({"updated_since": "2025-01-07T22:00"}, "trade_updated_at"),
    ],
)
@pytest.mark.usefixtures("many")
def test_each_filter_has_its_index(api: APIClient, parameters: dict[str, Any], index: str) -> None:
    plans: list[str] = []

    def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        context["cursor"].cursor.execute(f"EXPLAIN {sql}", params)
        plans.append(str(context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # ten thousand rows are few enough to be read all
    with connection.execute_wrapper(explained):
        found(api, **parameters)
    assert index in plans[0]
    assert "Seq Scan" not in plans[0]
