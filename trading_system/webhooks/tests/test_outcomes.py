"""What answers mean."""

from datetime import UTC, datetime, timedelta

import pytest

from webhooks.outcomes import outcome_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_a_2xx_is_taken(status: int) -> None:
    assert outcome_of(status, None, NOW).is_taken


@pytest.mark.parametrize("status", [199, 300, 301, 308, 400, 401, 404, 410, 429, 500, 503, 599])
def test_nothing_else_is(status: int) -> None:
    outcome = outcome_of(status, None, NOW)
    assert not outcome.is_taken
    assert str(status) in outcome.problem
    assert outcome.is_gone is (status == 410)


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("3600", HOUR),
        (" 3600 ", HOUR),
        ("Thu, 01 Jan 2026 01:00:00 GMT", HOUR),
        ("Thu, 01 Jan 2026 01:00:00 -0000", HOUR),  # without a zone, to Python
        ("Wed, 31 Dec 2025 01:00:00 GMT", timedelta()),
        ("-1", timedelta()),
        ("1.5", timedelta()),
        ("9" * 30, timedelta()),
        ("soon", timedelta()),
        ("Thu, 99 Foo 2026 99:00:00 GMT", timedelta()),
        ("", timedelta()),
        (None, timedelta()),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_says_when_to_come_back(status: int, header: str | None, asked: timedelta) -> None:
    assert outcome_of(status, header, NOW).asked == asked


def test_of_other_answers_that_does_not_count() -> None:
    assert outcome_of(500, "3600", NOW).asked == timedelta()
