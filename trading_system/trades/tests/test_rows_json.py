"""Files of trades as rows: a JSON array, read a piece at a time."""

import io
import json
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trades.files.cells import Malformed
from trades.files.rows import MAX_ROW, Wrong, json_rows

from .reading import malformed, read

NO_OBJECT = Wrong("Must be an object with the fields of a trade.")


class Trickle(io.StringIO):
    """A text of which each read returns a few characters, as many as chance will have it."""

    def __init__(self, text: str, seed: int) -> None:
        super().__init__(text)
        self.random = random.Random(seed)

    def read(self, size: int | None = -1) -> str:
        return super().read(self.random.randint(1, 5))


values = st.recursive(
    st.none() | st.booleans() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
spaces = st.text(" \t\r\n", max_size=2)


def spaced(value: Any, spaces: list[str]) -> str:
    """JSON with some of these spaces around its commas and brackets."""
    if isinstance(value, list):
        text = "[" + ",".join(spaced(item, spaces) for item in value) + "]"
    elif isinstance(value, dict):
        text = (
            "{" + ",".join(f"{json.dumps(key)}{spaces[1]}:{spaced(item, spaces)}" for key, item in value.items()) + "}"
        )
    else:
        text = str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=len(spaces[0]) > 1)
    return f"{spaces[0]}{text}{spaces[2]}"


@settings(max_examples=50)
@given(st.lists(values, max_size=6), st.lists(spaces, min_size=3, max_size=3), st.integers())
def test_pieces_of_any_size_give_what_all_at_once_gives(items: list[Any], spaces: list[str], seed: int) -> None:
    text = spaced(items, spaces)
    wanted = json.loads(text, parse_int=Decimal, parse_float=Decimal)
    found = list(json_rows(Trickle(text, seed)))
    assert found == [(number, item if isinstance(item, dict) else NO_OBJECT) for number, item in enumerate(wanted, 1)]


@settings(max_examples=50)
@given(st.lists(values, max_size=3), st.data())
def test_a_text_that_was_cut_off_is_never_taken_for_the_whole(items: list[Any], data: st.DataObject) -> None:
    text = json.dumps(items, default=str)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    with pytest.raises(Malformed):
        list(json_rows(Trickle(cut, 1)))


@pytest.mark.parametrize("file", ["[]", " [ ] ", "\ufeff[\n]\n"])
def test_an_empty_array_has_no_rows(file: str) -> None:
    assert read(file, "json") == []


@pytest.mark.parametrize(
    ("file", "item", "message"),
    [
        ("", 0, "Not a JSON array: the end where [ should be."),
        ("{}", 0, "Not a JSON array: { where [ should be."),
        ("[", 1, "Not JSON within 65536 characters: Expecting value at character 1."),
        ("[,]", 1, "Not JSON within 65536 characters: Expecting value at character 1."),
        ("[{},]", 2, "Not JSON within 65536 characters: Expecting value at character 1."),
        ("[{}, {}, {]", 3, "Not JSON within 65536 characters: Expecting property name enclosed in double quotes at character 2."),
        ("[{}", 1, "Not a JSON array: the end where , or ] should be."),
        ("[{} {}]", 1, "Not a JSON array: { where , or ] should be."),
        ("[7.]", 1, "Not a JSON array: . where , or ] should be."),
        ("[{}] []", 1, "Not JSON: something follows the array."),
        ("[]]", 0, "Not JSON: something follows the array."),
        ("[{}, " + "[" * 200_000, 2, "Not JSON within 65536 characters: nested too deeply."),
        ('[{"a": "' + "x" * 2 * MAX_ROW + '"}]', 1, "Not JSON within 65536 characters: Unterminated string starting at character 7."),
        ("[{" + " " * MAX_ROW + "}]", 1, "A row has at most 65536 characters."),
    ],
)  # fmt: skip
def test_what_is_no_array_is_malformed(file: str, item: int, message: str) -> None:
    assert malformed(file, "json") == (item, message)


@pytest.mark.parametrize("before", range(0, 3 * MAX_ROW, MAX_ROW // 2))
def test_an_item_may_be_so_long_wherever_it_stands(before: int) -> None:
    item = '{"note": "' + "x" * (MAX_ROW - 12) + '"}'
    assert len(item) == MAX_ROW
    [_, (_, row)] = read(f'["{"y" * (before % MAX_ROW)}",{" " * before}{item}]', "json")
    assert row == {"note": "x" * (MAX_ROW - 12)}
    with pytest.raises(Malformed):
        read(f'["{"y" * (before % MAX_ROW)}",{" " * before}{item.replace("x", "xx", 1)}]', "json")


def test_what_is_wrong_with_one_item_does_not_touch_the_others() -> None:
    assert read('[{"a": NaN}, {"a": 1, "a": 1}, 1.5e3, [[]], {"b": 1e99999999999999999999}, {"c": ""}]', "json")[
        1:4
    ] == [
        (2, Wrong("A name is given more than once.")),
        (3, NO_OBJECT),
        (4, NO_OBJECT),
    ]
