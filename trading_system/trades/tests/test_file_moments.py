"""Dates and times as files write them."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.files.moments import DateOrder, Moment, Order, join, moment_of, orders
from trades.files.months import month_of

AFTERNOON = datetime(2025, 6, 7, 15, 59, 58)
DAY = Moment(datetime(2025, 6, 7), has_time=False)


def hours(count: float) -> timezone:
    return timezone(timedelta(hours=count))


@pytest.mark.parametrize(
    "text",
    ["2025-06-07", "2025/06/07", "2025.06.07", "2025-6-7", "20250607", " 2025-06-07 ", "07-Jun-2025", "7 Jun 2025", "7 jun. 2025",
     "07Jun2025", "7-Jun-25", "Jun 7, 2025", "June 7th, 2025", "Jun. 7 2025", "7. Juni 2025", "7 juin 2025", "7 juni 2025",
     "7 de junio de 2025", "7 giugno 2025", "7 de junho de 2025", "7/jun/2025", "2025-Jun-07", "Sat, 7 Jun 2025", "Saturday June 7 2025",
     "Sa., 7. Juni 2025", "sábado, 7 de junho de 2025", "sam. 7 juin 2025"],
)  # fmt: skip
def test_a_day_is_read_in_many_forms_without_an_order(text: str) -> None:
    assert moment_of(text, None) == DAY
    assert orders(text) == {"MDY", "DMY", "YMD"}


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2025-06-07T15:59:58", None),
        ("2025-06-07 15:59:58Z", UTC),
        ("15:59:58 2025-06-07", None),
        ("2025-06-07T15:59:58+00", UTC),
        ("2025-06-07 15:59:58 +0200", hours(2)),
        ("2025-06-07 15:59:58-05:30", hours(-5.5)),
        ("2025-06-07T15:59:58+02:00[Europe/Berlin]", hours(2)),
        ("2025-06-07 15:59:58 Europe/Berlin", ZoneInfo("Europe/Berlin")),
        ("2025-06-07 15:59:58 ET", ZoneInfo("America/New_York")),
        ("2025-06-07, 15:59:58 EST", hours(-5)),
        ("2025-06-07 15:59:58 CEST", hours(2)),
        ("20250607;155958", None),
        ("20250607 155958", None),
        ("20250607, 15:59:58", None),
        ("20250607155958", None),
        ("20250607155958.000[-5:EST]", hours(-5)),
        ("20250607155958[0:GMT]", UTC),
        ("Jun 7, 2025, 3:59:58 PM EDT", hours(-4)),
        ("Jun 7, 2025, 3:59:58\u202fPM", None),
        ("7 Jun 2025 03:59:58 p.m.", None),
        ("7 juin 2025 à 15:59:58", None),
        ("7. Juni 2025 um 15:59:58", None),
        ("Sat Jun 07 2025 15:59:58 GMT-0400 (EDT)", hours(-4)),
        ("Sat, 07 Jun 2025 15:59:58 GMT", UTC),
    ],
)
def test_a_time_is_read_with_the_zone_that_the_text_names(text: str, offset: object) -> None:
    assert moment_of(text, None) == Moment(AFTERNOON, offset)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [("2025-06-07 15:59:58.5", 500_000), ("2025-06-07 15:59:58,123", 123_000), ("2025-06-07T15:59:58.123456789Z", 123_456),
     ("20250607155958.25", 250_000)],
)  # fmt: skip
def test_digits_after_the_microsecond_are_cut_off(text: str, microsecond: int) -> None:
    moment = moment_of(text, None)
    assert moment
    assert moment.local == AFTERNOON.replace(microsecond=microsecond)


@pytest.mark.parametrize(
    ("text", "local"),
    [("1749225599", 0), ("1749225599.25", 250_000), ("1749225599123", 123_000), ("1749225599123456", 123_456),
     ("1749225599123456789", 123_456)],
)  # fmt: skip
def test_unix_time_is_read_by_its_length(text: str, local: int) -> None:
    assert moment_of(text, None) == Moment(datetime(2025, 6, 6, 15, 59, 59, local), UTC)


@pytest.mark.parametrize(
    ("text", "order"),
    [("6/7/2025", "MDY"), ("06/07/2025", "MDY"), ("6-7-25", "MDY"), ("7/6/2025", "DMY"), ("07.06.2025", "DMY"), ("7. 6. 2025", "DMY"),
     ("07-06-25", "DMY"), ("25/06/07", "YMD"), ("2025/06/07", "DMY"), ("2025-06-07", "MDY"), ("Sat 6/7/2025", "MDY")],
)  # fmt: skip
def test_a_date_of_numbers_is_read_in_its_order(text: str, order: str) -> None:
    assert moment_of(text, order) == DAY


@pytest.mark.parametrize("time", ["15:59:58", "3:59:58 PM", "03:59:58pm", "15:59:58.000", "155958"])
def test_a_time_follows_a_date_of_numbers(time: str) -> None:
    assert moment_of(f"6/7/2025 {time}", "MDY") == Moment(AFTERNOON)


@pytest.mark.parametrize(
    "text",
    ["", "12", "7", "1234", "13:00", "2025", "2025-06", "2025-02-30", "2025-13-01", "20251301", "20250230", "12345678", "31 Feb 2025",
     "6/7/2025", "2025-06-07 24:00", "2025-06-07 15:60", "2025-06-07 13:00 PM", "2025-06-07 0:30 AM", "2025-06-07 15:59 BST",
     "2025-06-07 15:59 IST", "2025-06-07 15:59 Nowhere/City", "2025-06-07 15:59 +25:00", "Foo 7 Jun 2025", "7 Foo 2025", "12 Jun 1530",
     "0205-06-07", "２025-06-07", "9999999999", "99999999999", "AAPL", "US0378331005", "1.5", "2025-06-07 and more", "2025-06-07 15:59 x" * 9],
)  # fmt: skip
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment_of(text, None) is None


def test_years_of_two_digits_are_those_of_posix() -> None:
    assert [moment.local.year for text in ("1/1/00", "1/1/68", "1/1/69", "1/1/99") if (moment := moment_of(text, "MDY"))] == [
        2000, 2068, 1969, 1999]  # fmt: skip


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)),
    st.sampled_from(["%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %b %Y"]),
)
def test_what_a_program_writes_is_read_as_it_was(moment: datetime, form: str) -> None:
    order = {"%m": "MDY", "%d": "DMY", "%Y": None}[form[:2]]
    written = moment.strftime(form)
    assert moment_of(f"{written} {moment:%H:%M:%S.%f}", order) == Moment(moment)
    assert moment_of(f"{written} {moment:%I:%M:%S %p}", order) == Moment(moment.replace(microsecond=0))
    assert moment_of(written, order) == Moment(datetime(moment.year, moment.month, moment.day), has_time=False)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(1900, 2199))
def test_the_orders_of_a_date_are_those_in_which_it_exists(one: int, two: int, year: int) -> None:
    def exists(month: int, day: int) -> bool:
        try:
            return bool(date(year, month, day))
        except ValueError:
            return False

    found = {"MDY": exists(one, two), "DMY": exists(two, one)}
    assert orders(f"{one}/{two}/{year}") == {order for order, there in found.items() if there}


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["03/04/2025", "03/13/2025"], Order("MDY", ("MDY",))),
        (["03/04/2025", "13/04/2025"], Order("DMY", ("DMY",))),
        (["3/4/25", "3/31/25"], Order("MDY", ("MDY",))),
        (["03/04/2025", "05/04/2025"], Order(None, ("MDY", "DMY"), "03/04/2025")),
        (["03/03/2025", "4/4/2025"], Order("MDY", ("MDY", "DMY"))),
        (["2025-06-07", "7 Jun 2025", "n/a"], Order("MDY", ("MDY", "DMY", "YMD"))),
        (["13/04/2025", "04/13/2025"], Order(None, clash=("13/04/2025", "04/13/2025"))),
        (["25-06-13", "25-06-07"], Order(None, ("DMY", "YMD"), "25-06-13")),
    ],
)
def test_a_column_settles_the_order_or_it_is_asked(texts: list[str], order: Order) -> None:
    column = DateOrder()
    for text in texts:
        column.add(text)
    assert column.settled() == order


def test_date_and_time_of_two_columns_are_joined() -> None:
    assert join("6/7/2025", "15:59:58", "MDY") == Moment(AFTERNOON)
    assert join("2025-06-07 00:00:00", "3:59:58 PM", None) == Moment(AFTERNOON)
    assert join("20250607", "155958", None) == Moment(AFTERNOON)
    assert join("7 Jun 2025", "15:59:58 ET", None) == Moment(AFTERNOON, ZoneInfo("America/New_York"))
    assert join("2025-06-07", " ", None) == DAY
    assert join("2025-06-07 10:00", "15:59:58", None) is None
    assert join("2025-06-07", "later", None) is None
    assert join("n/a", "15:59:58", None) is None


def test_a_beginning_that_two_months_have_is_none_of_them() -> None:
    assert month_of("jui") is None
    assert month_of("juil") == 7
    assert month_of("Mär") == 3
    assert month_of("mrt") == 3
    assert month_of("août") == 8
    assert month_of("ju") is None
