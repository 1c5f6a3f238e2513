"""The form in which venues write their times is read like every other."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moments import moment_of

instants = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))


@given(instants, st.text("0123456789", max_size=12))
@example(datetime(2026, 12, 31, 23, 59, 59, 999999), "1")
def test_utc_by_a_letter_is_utc_by_an_offset(instant: datetime, rest: str) -> None:
    text = instant.isoformat(timespec="microseconds") + rest
    assert moment_of(f"{text}Z") == moment_of(f"{text}+00:00") == moment_of(text)


@pytest.mark.parametrize(
    "text", ["2026-02-30T12:00:00.000000Z", "2026-06-05T24:30:00.000000Z", "2026-06-05T12:00:00.00000٣Z"]
)
def test_what_is_no_time_is_none_in_this_form_either(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        moment_of(text)


def test_the_last_microsecond_of_all_cannot_be_rounded_up() -> None:
    with pytest.raises(OverflowError):
        moment_of("9999-12-31T23:59:59.9999999Z")


def test_it_is_in_utc() -> None:
    assert moment_of("2026-06-05T13:30:00.123456789Z") == (datetime(2026, 6, 5, 13, 30, 0, 123457, tzinfo=UTC), True)
