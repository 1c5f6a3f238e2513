"""The lines of a followed ledger, and the copy that they are."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from following.lines import CURSOR, End, copy_of, end_of, line

ADDRESS = "http://ledger/api/trades/changes/"


def trade(id_: int, price: str = "1") -> dict[str, Any]:
    return {"id": id_, "ticker": "AAPL", "price": price}


def change(kind: str, said: dict[str, Any]) -> bytes:
    return line({"change": kind, "at": "2025-06-06T20:00:00Z", "trade": said})


def end(cursor: str) -> bytes:
    return line({"cursor": cursor, "more": False})


def test_a_copy_has_each_trade_as_it_is_last() -> None:
    lines = [
        line({"begin": ADDRESS}), change("insert", trade(1)), change("insert", trade(2)), end("a"),
        change("update", trade(1, "2")), change("delete", {"id": 2, "external_id": None, "account": "main"}), end("b"),
        change("restore", trade(2, "3")), end("c"),
    ]  # fmt: skip
    assert copy_of(lines) == {1: trade(1, "2"), 2: trade(2, "3")}
    assert copy_of(lines[:-2]) == {1: trade(1, "2")}


def test_what_was_kept_before_a_new_beginning_is_not_in_the_copy() -> None:
    anew = [line({"begin": ADDRESS}), change("insert", trade(3)), end("b")]
    assert copy_of([line({"begin": ADDRESS}), change("insert", trade(1)), end("a"), *anew]) == {3: trade(3)}


def test_a_page_that_is_not_whole_is_not_in_the_copy() -> None:
    whole = [line({"begin": ADDRESS}), change("insert", trade(1)), end("a")]
    torn = [change("delete", {"id": 1}), end("b").removesuffix(b"\n")]
    assert copy_of([*whole, *torn]) == {1: trade(1)}


def test_a_line_is_one_whatever_the_ledger_writes_and_its_digits_stay() -> None:
    written = b'{\n  "price" : "1.10",\n "odd": 1.10000000000000000000001, "note": "a\\nb"}'
    assert line(msgspec.Raw(written)) == b'{"price":"1.10","odd":1.10000000000000000000001,"note":"a\\nb"}\n'


@given(st.lists(st.tuples(st.lists(st.text()), st.uuids(version=4)), min_size=1), st.data())
def test_of_a_file_that_is_cut_off_anywhere_all_whole_pages_count(pages: list[Any], data: st.DataObject) -> None:
    """Whatever is in the notes: a quote in them is escaped."""
    text, ends = line({"begin": ADDRESS}), {0: None}
    for notes, cursor in pages:
        text += b"".join(change("insert", {"id": 1, "note": note + CURSOR.decode()}) for note in notes)
        text += end(str(cursor))
        ends[len(text)] = str(cursor)
    cut = data.draw(st.integers(0, len(text)))
    size = max(size for size in ends if size <= cut)
    assert end_of(text[:cut]) == End(size, ends[size])
