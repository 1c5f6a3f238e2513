"""Frames that are decoded together give what each gives by itself, or nothing."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tick import Tick, decode
from together import SHORT, decode_together

ITEM = '{"ticker":"AAPL","price":"170.25","timestamp":"2025-06-06T20:00:00.5Z","seq":7}'


def item(**values: object) -> str:
    return json.dumps({**json.loads(ITEM), **values})


items = st.just(ITEM) | st.builds(
    item,
    ticker=st.sampled_from(["AAPL", "aapl", "A]", "A[", "{A}", "A_B", "A,B", "é", ""]),
    price=st.sampled_from(["1", "1.50", 1.5, "1e3", "+1", "1_0", " 1", "NaN", "0", "1e21", None]),
    timestamp=st.sampled_from(
        ["2025-06-06T20:00:00Z", "2025-06-06T20:00:00", "2025-06-06T20:00:00+02:00", "2025-06-06T20:00:00.1234567Z"]
    ),
    more=st.sampled_from([None, [], [[]], {}, "],[", "}, {", "\n"]),
    quantity=st.sampled_from([None, "1", "0", "x"]),
)
good = st.just(ITEM) | st.lists(st.just(ITEM), max_size=3).map(lambda some: f"[{','.join(some)}]")
whole = items | st.lists(items, max_size=3).map(lambda some: f"[{','.join(some)}]")
pieces = st.lists(
    st.sampled_from(
        [ITEM, "[", "]", ",", "{", "}", "{}", "[]", '"', " ", "\n", '"x":', "null", '{"x":"', '"}', "[{", "}]"]
    ),
    max_size=5,
).map("".join)
frames = st.lists(good, min_size=1, max_size=6) | st.lists(whole | pieces, min_size=1, max_size=6)


def one_by_one(frames: list[bytes]) -> tuple[list[Tick], int]:
    decoded = [decode(frame) for frame in frames]
    return [tick for ticks, _ in decoded for tick in ticks], sum(bad for _, bad in decoded)


@settings(max_examples=400, deadline=None)
@given(frames)
def test_together_they_are_what_they_are_one_by_one(texts: list[str]) -> None:
    frames = [text.encode() for text in texts]
    ticks = decode_together(frames)
    assert ticks is None or (ticks, 0) == one_by_one(frames)


@given(st.integers(1, 50))
def test_plain_frames_are_decoded_together(count: int) -> None:
    for text in (ITEM, f"[{ITEM}]", f"[{ITEM},{ITEM}]"):
        frames = [text.encode()] * count
        assert decode_together(frames) == one_by_one(frames)[0]


A, B = f"[{ITEM}", f"{ITEM}]"


@pytest.mark.parametrize(
    "frames",
    [
        [A, B],
        [f"{ITEM},[{ITEM}", ITEM, f"{ITEM}],{ITEM}"],
        [f"{ITEM},{ITEM}", ITEM],
        [f'{{"x":[{ITEM[:-1]}', f"{ITEM[1:]}]}}"],
        ['{"x":"}', '{"}', f"{ITEM},{ITEM},{ITEM}"],
        ['[{"x":"]', f'["{ITEM[1:]}]'],
        [f"[{ITEM}],[{ITEM}]", "[]"],
        ["[]", "]", "[]"],
        ["", ITEM],
        [f"[{ITEM}]", ITEM],
    ],
)  # fmt: skip
def test_what_is_valid_together_alone_is_not_taken(frames: list[str]) -> None:
    assert decode_together([frame.encode() for frame in frames]) is None


def test_long_frames_are_left_to_be_decoded_by_themselves() -> None:
    frame = f"[{','.join([ITEM] * (SHORT // len(ITEM) + 1))}]".encode()
    assert decode_together([frame, frame]) is None
