"""Packed ticks are a queue that takes little room."""

import tracemalloc
from collections import deque
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tick import LARGEST_PRICE, Tick
from watch.packed import CHUNK, Packed

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)

numbers = st.decimals(-LARGEST_PRICE, LARGEST_PRICE, allow_nan=False) | st.sampled_from(
    [Decimal("1.50"), Decimal("1E+3"), Decimal("-0.00")]
)
instants = st.datetimes().map(lambda instant: instant.replace(tzinfo=UTC, fold=0))
ticks = st.builds(
    Tick, st.just("A"), numbers, instants, st.none() | st.integers(0, 2**63 - 1), st.none() | numbers, st.booleans()
)
steps = st.lists(
    st.lists(ticks, max_size=3).map(lambda some: some * 15) | st.just("oldest"),
    max_size=12,
)


@given(steps)
def test_it_gives_back_what_it_got(steps: list[list[Tick] | str]) -> None:
    packed, queue = Packed(), deque[Tick]()
    for step in steps:
        if isinstance(step, list):
            packed.extend(step)
            queue.extend(step)
        elif not queue:
            with pytest.raises(IndexError):
                packed.pop_oldest()
        else:
            found = packed.pop_oldest()
            assert list(map(repr, found)) == [repr(queue.popleft()) for _ in found]
        assert len(packed) == len(queue)
        assert list(map(repr, packed)) == list(map(repr, queue))


def test_chunks_are_as_large_as_they_can_be() -> None:
    packed = Packed()
    packed.extend([Tick("A", Decimal(1), NOON)] * (2 * CHUNK + 1))
    assert [len(packed.pop_oldest()) for _ in range(3)] == [CHUNK, CHUNK, 1]


def test_a_tick_takes_less_than_thirty_bytes() -> None:
    tracemalloc.start()
    try:
        packed, count = Packed(), 500 * CHUNK
        before, _ = tracemalloc.get_traced_memory()
        for begin in range(0, count, CHUNK):
            packed.extend(
                [
                    Tick(
                        "A",
                        Decimal(15_000 + number).scaleb(-2),
                        NOON + timedelta(milliseconds=100 * number),
                        10**7 + 10_000 * number,
                    )
                    for number in range(begin, begin + CHUNK)
                ]
            )
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(packed) == count
    assert (after - before) / count < 30
