"""Instants as they are written, in answers and in files, and as tools that read those files write them again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from rest import instants

WRITTEN = datetime(2025, 6, 6, 20, tzinfo=UTC)
moments = st.datetimes(timezones=st.just(UTC)) | st.datetimes(timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-06 20:00:00+00",  # DuckDB
        "2025-06-06T20:00:00.000000+0000",  # polars
        "2025-06-06 20:00:00+00:00",  # pandas
        "2025-06-06 20:00:00.000000",  # ClickHouse
        "2025-06-07 01:30:00+0530",
        "2025-06-07 01:00+05",
        "2025-06-06t16:00-04",
    ],
)
def test_an_offset_has_two_digits_or_four_with_or_without_a_colon(text: str) -> None:
    assert instants.parse(text) == WRITTEN


@pytest.mark.parametrize(
    "offset", ["+0", "+5", "+530", "+00:0", "+24", "+2400", "+0060", "+05:3", "+053000", "00", "Z00", "+-5"]
)
def test_another_form_of_an_offset_is_refused(offset: str) -> None:
    with pytest.raises(ValueError, match="Must be a date and time such as"):
        instants.parse(f"2025-06-06T20:00:00{offset}")


@given(moments)
def test_in_a_file_it_has_one_width_and_is_the_same_instant(at: datetime) -> None:
    text = instants.widened(instants.render(at))
    assert (len(text), instants.parse(text)) == (len("2025-06-06T20:00:00.000000Z"), at)


@given(st.lists(moments, min_size=2))
def test_in_a_file_text_sorts_as_time(some: list[datetime]) -> None:
    texts = [instants.widened(instants.render(at)) for at in sorted(some)]
    assert all(one <= other for one, other in pairwise(texts))


@pytest.mark.django_db
@settings(max_examples=30)
@given(moments)
def test_postgresql_writes_the_same(at: datetime) -> None:
    with connection.cursor() as cursor:
        written = f"{instants.sql('moment')}, {instants.sql_in_files('moment')}"
        cursor.execute(f"SELECT {written} FROM (SELECT %s::timestamptz AS moment) one", [at])
        assert cursor.fetchone() == (instants.render(at), instants.widened(instants.render(at)))


@pytest.mark.django_db
def test_postgresql_reads_every_offset_as_parse_does() -> None:
    hours = [f"{sign}{hour:02}" for sign, hour in product("+-", range(15))]
    texts = [
        f"2025-06-06{between}{time}{hour}{minutes}"
        for between, time, hour, minutes in product(
            "T ", ("20:00", "20:00:00", "20:00:00.25"), hours, ("", "30", ":30")
        )
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(text::timestamptz ORDER BY place) FROM unnest(%s) WITH ORDINALITY one (text, place)",
            [texts],
        )
        assert cursor.fetchone()[0] == [instants.parse(text) for text in texts]
    assert max(map(instants.parse, texts)) - min(map(instants.parse, texts)) == timedelta(hours=29, milliseconds=250)
