"""What waits, and what was told, as records that give it again."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watch import waiting
from watch.waiting import Done, Entry, Put, Told, Waiting, record, records

NAMES, SINKS = st.sampled_from("abc"), st.sampled_from(["stdout", "ledger"])
RECORDS = st.one_of(
    st.builds(Put, NAMES, st.just(1.5), st.lists(SINKS).map(tuple), st.just(msgspec.Raw(b"{}"))),
    st.builds(Done, st.lists(NAMES), SINKS | st.none()),
    st.builds(Told, st.lists(NAMES)),
)


def entry(name: str) -> Entry:
    return Entry(name, f'{{"id":"{name}"}}', 1.5)


@pytest.fixture
def three() -> Waiting:
    """Of which each waits for two sinks."""
    made = Waiting()
    for name in "abc":
        made.put(entry(name), ("stdout", "ledger"))
    return made


def ids(made: Waiting, sink: str) -> list[str]:
    return [one.id for one in made.first(sink, 10)]


def again(made: Waiting) -> Waiting:
    """What its records give."""
    read = Waiting()
    for line in records(made.state()):
        read.apply(line)
    return read


def test_the_oldest_come_first_and_wait_until_they_are_done(three: Waiting) -> None:
    assert three.first("ledger", 2) == [entry("a"), entry("b")] == three.first("ledger", 2)
    three.done(["a", "c"], "ledger")
    assert (ids(three, "ledger"), three.count("ledger")) == (["b"], 1)
    assert (ids(three, "stdout"), three.count("stdout")) == (["a", "b", "c"], 3)


def test_an_alert_is_gone_when_every_sink_has_it(three: Waiting) -> None:
    three.done(["a"], "ledger")
    assert (len(three), three.size) == (3, 30)
    three.done(["a"], "stdout")
    assert (len(three), three.size) == (2, 20)
    assert three.knows("a")


def test_without_a_sink_it_is_done_for_all(three: Waiting) -> None:
    three.done(["b"])
    assert (ids(three, "ledger"), ids(three, "stdout"), len(three)) == (["a", "c"], ["a", "c"], 2)


def test_what_does_not_wait_can_be_done_again(three: Waiting) -> None:
    for _ in range(2):
        three.done(["a", "unknown"], "ledger")
        three.done(["a"], "a sink that is not there")
    assert (ids(three, "ledger"), len(three)) == (["b", "c"], 3)


def test_the_oldest_of_all_comes_with_the_sinks_that_it_waits_for(three: Waiting) -> None:
    three.done(["a"], "stdout")
    assert three.oldest() == (entry("a"), ("ledger",))
    three.done("abc")
    assert (three.oldest(), three.sinks()) == (None, set())


def test_one_for_nobody_is_known_and_does_not_wait(three: Waiting) -> None:
    three.put(entry("d"), ())
    assert three.knows("d")
    assert len(three) == 3


def test_ids_are_forgotten_when_many_have_come_since_unless_they_wait(
    three: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MAX_TOLD", 3)
    three.done("a")
    for name in "defg":
        three.put(entry(name), ())
    assert [three.knows(name) for name in "abcdefg"] == [False, True, True, False, True, True, True]


def test_its_records_give_it_again(three: Waiting) -> None:
    three.put(entry("d"), ())
    three.done(["a"])
    three.done(["b"], "stdout")
    read = again(three)
    assert read.state() == three.state()
    assert (ids(read, "ledger"), ids(read, "stdout"), read.size) == (["b", "c"], ["c"], three.size)


def test_many_ids_are_several_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "IDS", 2)
    made = Waiting()
    made.apply(record(Told(list("abcde"))))
    assert len(list(records(made.state()))) == 3
    assert list(again(made).told) == list("abcde")


@pytest.mark.parametrize(
    "line",
    [
        b"", b"\n", b"{}", b"[]", b"\0\0\0\n", b'{"type":"moved","id":"a"}', b'{"type":"done"}', b'{"type":"told","ids":[1]}',
        b'{"type":"put","id":"d","added":1,"sinks":["ledger"]}', b'{"type":"put","id":"a","added":1,"sinks":["ledger"],"alert":{',
        b'{"type":"put","id":"d","added":1,"sinks":["ledger"],"alert":{"id":"\xff"}}',
    ],
)  # fmt: skip
def test_what_is_no_record_changes_nothing(three: Waiting, line: bytes) -> None:
    before = three.state()
    with pytest.raises(ValueError, match=r"."):
        three.apply(line)
    assert three.state() == before


def test_a_record_that_comes_twice_counts_once(three: Waiting) -> None:
    for line in [*records(three.state()), record(Done(["a"], "ledger"))] * 2:
        three.apply(line)
    assert (ids(three, "ledger"), ids(three, "stdout"), three.size) == (["b", "c"], ["a", "b", "c"], 30)


def test_of_two_that_are_joined_the_later_one_is_right(three: Waiting) -> None:
    later = Waiting()
    later.put(entry("b"), ("stdout", "ledger"))
    later.put(entry("d"), ("ledger",))
    later.done(["b"], "stdout")
    three.join(later)
    assert (ids(three, "stdout"), ids(three, "ledger")) == (["a", "c"], ["a", "c", "b", "d"])
    assert list(three.told) == ["b"]


@given(st.lists(RECORDS))
def test_whatever_records_come_what_is_left_is_consistent(contents: list[Put | Done | Told]) -> None:
    made = Waiting()
    for content in contents:
        made.apply(record(content))
    assert again(made).state() == made.state()
    assert (made.size, made.sinks()) == (2 * len(made), {sink for _, sinks in made.state()[1] for sink in sinks})
    made.done("abc")
    assert (made.size, len(made), made.sinks(), made.oldest()) == (0, 0, set(), None)
