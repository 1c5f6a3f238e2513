from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tick import FIRST_INSTANT
from venues.trade_ids import ANEW, MAX_HOLES, MAX_RECENT, Consecutive, Unordered

from .toy import START


def taken(ids: Consecutive | Unordered, *numbers: int | str | None, due: float = 0) -> list[bool]:
    return [ids.take("A", number, START, due) for number in numbers]


def test_ids_that_follow_each_other_are_new_and_lose_nothing() -> None:
    ids = Consecutive()
    assert taken(ids, 7, 8, 9) == [True, True, True]
    assert not ids.lost(1e9)


def test_an_id_that_is_left_out_is_a_loss_and_told_once() -> None:
    ids = Consecutive()
    taken(ids, 7, 10)
    assert [ids.lost(0), ids.lost(0)] == [True, False]


def test_a_hole_that_is_filled_in_time_is_no_loss() -> None:
    ids = Consecutive()
    taken(ids, 7, 10, due=5)
    assert taken(ids, 9, 8) == [True, True]
    assert not ids.lost(5)


def test_a_hole_that_is_filled_in_part_is_a_loss() -> None:
    ids = Consecutive()
    taken(ids, 7, 12, due=5)
    assert taken(ids, 10) == [True]
    assert not ids.lost(4.9)
    assert ids.lost(5)


@pytest.mark.parametrize("again", [7, 8, 9])
def test_an_id_comes_once(again: int) -> None:
    ids = Consecutive()
    taken(ids, 7, 9, 8)
    assert taken(ids, again) == [False]


def test_ids_from_before_the_first_one_come_once_as_well() -> None:
    ids = Consecutive()
    assert taken(ids, 7, 5, 6, 5) == [True, True, True, False]
    assert not ids.lost(0)


def test_symbols_count_for_themselves() -> None:
    ids = Consecutive()
    assert ids.take("A", 7, START, 0)
    assert ids.take("B", 3, START, 0)
    assert ids.take("A", 8, START, 0)
    assert not ids.lost(0)


def test_what_the_venue_says_was_its_last_is_lost_if_it_does_not_come() -> None:
    ids = Consecutive()
    taken(ids, 7)
    ids.heard_of("A", 7, 1)
    assert not ids.lost(1)
    ids.heard_of("A", 9, 2)
    assert taken(ids, 8) == [True]
    assert not ids.lost(1.9)
    assert ids.lost(2)


def test_the_first_trade_after_a_last_id_was_named_may_be_missing() -> None:
    ids = Consecutive()
    ids.heard_of("A", 7, 1)
    assert taken(ids, 9) == [True]
    assert ids.lost(0)


def test_a_low_id_of_a_later_time_means_that_the_venue_counts_anew() -> None:
    ids = Consecutive()
    taken(ids, 1007, 1008)
    assert ids.take("A", 2, START + ANEW + timedelta.resolution, 0)
    assert ids.lost(0)
    assert taken(ids, 3, 4) == [True, True]
    assert not ids.lost(0)


def test_an_id_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="consecutive"):
        Consecutive().take("A", "7", START, 0)


def test_more_holes_than_are_kept_are_still_losses() -> None:
    ids = Consecutive()
    taken(ids, *range(1, 4 * MAX_HOLES, 2))
    assert ids.lost(0)
    assert taken(ids, 2) == [False]  # of a hole that is forgotten


@given(st.lists(st.integers(100, 130), min_size=1, max_size=60))
def test_each_id_is_new_once_and_what_is_missing_at_the_end_is_lost(numbers: list[int]) -> None:
    ids, seen = Consecutive(), set[int]()
    for number in numbers:
        assert ids.take("A", number, START, 1) is (number not in seen)
        seen.add(number)
    missing = set(range(numbers[0], max(seen))) - seen
    assert not ids.lost(0.9)
    assert ids.lost(1) is bool(missing)


def test_ids_of_no_order_come_once_each() -> None:
    ids = Unordered()
    assert taken(ids, "x", 9, "x", None, None, 9) == [True, True, False, True, True, False]


def test_ids_of_no_order_are_forgotten_from_the_oldest_on() -> None:
    ids = Unordered()
    taken(ids, *range(MAX_RECENT + 1))
    assert taken(ids, MAX_RECENT, 0) == [False, True]


def test_without_an_order_each_interruption_is_a_loss() -> None:
    ids = Unordered()
    taken(ids, 7, 20)
    assert not ids.lost(0)
    ids.interrupted()
    assert not ids.overdue(1e9)  # until the next trade says when it was over
    assert [ids.lost(0), ids.lost(0)] == [True, False]


def test_where_ids_have_an_order_an_interruption_alone_is_none() -> None:
    ids = Consecutive()
    taken(ids, 7)
    ids.interrupted()
    taken(ids, 8)
    assert not ids.lost(0)
    assert ids.take("B", 1, FIRST_INSTANT, 0)
