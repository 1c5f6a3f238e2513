"""Attempts are ten, over three days, farther and farther apart."""

from datetime import UTC, datetime, timedelta

import pytest

from webhooks.schedule import DELAYS, JITTER, MAX_ATTEMPTS, MAX_RETRY_AFTER, next_attempt

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ATTEMPTS = range(1, MAX_ATTEMPTS)


def delay(attempts: int, chance: float = 0, asked: timedelta = timedelta()) -> timedelta:
    again = next_attempt(attempts, NOW, chance, asked)
    assert again
    return again - NOW


def test_they_take_three_days() -> None:
    delays = [delay(attempts) for attempts in ATTEMPTS]
    assert delays == sorted(set(delays)) == list(DELAYS)
    assert timedelta(days=3) <= sum(delays, timedelta()) <= timedelta(days=3.5)


def test_after_the_last_there_is_none() -> None:
    assert next_attempt(MAX_ATTEMPTS, NOW, 0) is None


@pytest.mark.parametrize("attempts", ATTEMPTS)
def test_chance_makes_each_a_little_later(attempts: int) -> None:
    assert delay(attempts) < delay(attempts, 0.5) < delay(attempts, 1) == delay(attempts) * (1 + JITTER)


def test_a_receiver_may_ask_for_more_but_not_for_less() -> None:
    assert delay(1, asked=timedelta(seconds=1)) == delay(1)
    assert delay(1, asked=timedelta(hours=1)) == timedelta(hours=1)
    assert delay(1, asked=timedelta(days=9)) == MAX_RETRY_AFTER
