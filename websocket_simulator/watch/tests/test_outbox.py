"""Alerts that wait for those who take them, in memory and on disk."""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

import pytest
from websocket_simulator.tests.ledger import until

from watch import outbox, store
from watch.outbox import DAY, Outbox

SINKS = ("stdout", "ledger")
Make = Callable[..., Outbox]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def now() -> list[float]:
    """The time, which a test may change."""
    return [1_750_000_000.0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "outbox"


@pytest.fixture
def make(path: Path, said: list[str], now: list[float]) -> Iterator[Make]:
    """Makes outboxes on the same file, unless `where` is something else, and closes them after the test."""
    made: list[Outbox] = []

    def one(sinks: tuple[str, ...] = SINKS, where: Path | None = path) -> Outbox:
        made.append(Outbox(where, sinks, said.append, lambda: now[0]))
        return made[-1]

    yield one
    for box in made:
        box.close()


def fill(box: Outbox, names: str) -> None:
    for name in names:
        assert box.put(name, f'{{"id": "{name}"}}')


def waits(box: Outbox, sink: str) -> str:
    assert box.unsent(sink) == len(box.take(sink, 1000))
    return "".join(entry.id for entry in box.take(sink, 1000))


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file can become longer than `size`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("is_on_disk", [True, False])
def test_each_sink_takes_in_order_what_it_has_not_taken(
    make: Make, path: Path, now: list[float], is_on_disk: bool
) -> None:
    box = make(where=path if is_on_disk else None)
    fill(box, "abc")
    box.done("stdout", "a", "b")
    box.done("ledger", "b")
    assert (waits(box, "stdout"), waits(box, "ledger")) == ("c", "ac")
    assert [(entry.line, entry.added) for entry in box.take("ledger")] == [('{"id": "a"}', now[0])]
    assert (box.take("nobody"), box.unsent("nobody"), box.is_kept) == ([], 0, is_on_disk)


def test_an_alert_that_was_told_is_not_told_again(make: Make) -> None:
    box = make()
    fill(box, "ab")
    box.done("stdout", "a")
    box.done("ledger", "a")
    assert [box.put(name, "{}") for name in "ab"] == [False, False]
    assert [entry.line for entry in box.take("stdout", 9)] == ['{"id": "b"}']
    box.close()
    again = make()
    assert [again.put(name, "{}") for name in "abc"] == [False, False, True]
    assert waits(again, "ledger") == "bc"


def test_an_alert_may_be_for_some_sinks_only(make: Make) -> None:
    box = make()
    box.put("a", "{}", ["ledger"])
    box.put("b", "{}", [])
    assert (waits(box, "stdout"), waits(box, "ledger"), box.put("b", "{}")) == ("", "a", False)


@pytest.mark.parametrize(("line", "sinks"), [("{}", ["nobody"]), ('{"name": "ü"}', None), ("{\n}", None)])
def test_what_could_not_be_taken_is_refused(make: Make, line: str, sinks: list[str] | None) -> None:
    box = make()
    with pytest.raises(ValueError, match=r"."):
        box.put("a", line, sinks)
    assert box.put("a", "{}")


def test_the_next_life_has_the_same_lines(make: Make, said: list[str]) -> None:
    line = '{"id": "a",  "price": "1.10", "text": "\\u00e9 \\ud83d\\udcc8"}'
    box = make()
    box.put("a", line)
    before = box.take("ledger")
    box.close()
    assert make().take("ledger") == before
    assert (before[0].line, said) == (line, [])


def test_whoever_waits_is_told_when_something_comes(make: Make) -> None:
    box, found = make(), list[bool]()
    assert not box.wait("ledger", 0)
    thread = Thread(target=lambda: found.append(box.wait("ledger", 20)))
    thread.start()
    fill(box, "a")
    thread.join()
    assert found == [True] == [box.wait("ledger", None)]


def test_whoever_is_woken_does_not_wait(make: Make) -> None:
    box, found = make(), list[bool]()
    box.wake()
    assert not box.wait("ledger", None)
    thread = Thread(target=lambda: found.append(box.wait("ledger", None)))
    thread.start()
    box.wake()
    thread.join()
    assert found == [False]


def test_beyond_the_size_the_oldest_are_dropped_and_it_is_said_once(
    make: Make, path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_BYTES", 33)
    box = make()
    fill(box, "ab")
    box.done("stdout", "a")
    fill(box, "cdef")
    assert (waits(box, "stdout"), waits(box, "ledger"), box.dropped, dict(box.lost)) == (
        "def", "def", 3, {"ledger": 3, "stdout": 2},
    )  # fmt: skip
    assert said == [f"{path}: more than 33 bytes of alerts wait; the oldest are dropped"]
    box.close()
    assert said[1:] == [f"{path}: alerts that were dropped: 3"]
    assert waits(make(), "ledger") == "def"


def test_a_file_of_a_larger_outbox_is_cut(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    box = make()
    fill(box, "abcdef")
    box.close()
    monkeypatch.setattr(outbox, "MAX_BYTES", 22)
    again = make()
    assert (waits(again, "ledger"), again.dropped) == ("ef", 4)


def test_what_is_too_old_is_dropped_and_it_is_said_once(
    make: Make, path: Path, said: list[str], now: list[float]
) -> None:
    box = make()
    for name in "abc":
        fill(box, name)
        now[0] += DAY
    now[0] += 5 * DAY
    box.tidy()
    assert (waits(box, "ledger"), box.dropped, box.lost["stdout"]) == ("bc", 1, 1)
    box.close()
    now[0] += DAY
    assert waits(make(), "ledger") == "c"
    assert said[0] == f"{path}: alerts have waited for more than 7 days, and are dropped"
    assert said.count(said[0]) == 2  # once in each life


def test_what_waits_for_a_sink_that_is_gone_is_dropped_for_it(make: Make, path: Path, said: list[str]) -> None:
    box = make()
    fill(box, "ab")
    box.done("stdout", "a")
    box.close()
    again = make(("stdout",))
    assert (waits(again, "stdout"), again.lost["ledger"]) == ("b", 2)
    assert said == [f"{path}: 2 alerts waited for ledger, where none go any more; dropped for it"]
    again.close()
    assert (waits(make(), "ledger"), len(said)) == ("", 1)


def test_sinks_may_come_and_go(make: Make, said: list[str]) -> None:
    box = make(("stdout",))
    fill(box, "a")
    box.use(["stdout", "notify:1"])
    fill(box, "b")
    box.use(["notify:1"])
    assert (waits(box, "stdout"), waits(box, "notify:1"), len(said)) == ("", "b", 1)
    assert box.wait("notify:1", None)
    box.close()
    assert (waits(make(("stdout", "notify:1")), "stdout"), len(said)) == ("", 1)


@pytest.mark.parametrize("room", range(0, 130, 13))
def test_a_full_disk_is_said_and_everything_is_written_when_there_is_room(
    make: Make, path: Path, said: list[str], now: list[float], room: int
) -> None:
    box = make()
    fill(box, "a")
    with full_disk(path.stat().st_size + room):
        fill(box, "bc")
        box.done("stdout", "a")
        assert (waits(box, "stdout"), waits(box, "ledger"), box.is_kept) == ("bc", "abc", False)
        now[0] += store.RETRY
        assert not box.tidy()
    assert said[:1] == [f"{path}: File too large; alerts are kept in memory only"]
    now[0] += store.RETRY
    box.tidy()
    fill(box, "d")
    assert (said[1:], box.is_kept) == ([f"{path}: alerts are on disk again"], True)
    assert path.read_bytes().count(b'"put"') == 4
    box.close()
    again = make()
    assert (waits(again, "stdout"), waits(again, "ledger"), again.put("a", "{}"), len(said)) == (
        "bcd",
        "abcd",
        False,
        2,
    )


def test_a_file_that_fails_is_not_tried_at_once(make: Make, path: Path, now: list[float]) -> None:
    box = make()
    with full_disk(0):
        fill(box, "a")
    assert not box.tidy()
    now[0] -= DAY  # a clock that was set back does not make it wait for a day
    assert box.tidy()


def test_at_the_end_it_is_said_what_could_not_be_kept(make: Make, path: Path, said: list[str]) -> None:
    box = make()
    with full_disk(0):
        fill(box, "ab")
        box.close()
    assert said == [
        f"{path}: File too large; alerts are kept in memory only",
        f"{path}: alerts that wait and could not be kept: 2",
    ]


def test_a_folder_that_cannot_be_made_is_said_and_tried_again(
    make: Make, path: Path, said: list[str], now: list[float]
) -> None:
    path.parent.write_text("a file")
    box = make()
    fill(box, "a")
    assert said == [f"{path}: File exists; alerts are kept in memory only"]
    path.parent.unlink()
    now[0] += store.RETRY
    assert box.tidy()
    box.close()
    assert waits(make(), "ledger") == "a"


def test_a_file_that_cannot_be_read_is_left_alone(make: Make, path: Path, said: list[str]) -> None:
    path.mkdir(parents=True)
    fill(make(), "a")
    assert (said, path.is_dir()) == ([f"{path}: Is a directory; alerts are kept in memory only"], True)


def test_a_second_client_works_in_memory_until_the_first_has_ended(
    make: Make, path: Path, said: list[str], now: list[float]
) -> None:
    first = make()
    fill(first, "ab")
    first.done("stdout", "a", "b")
    second = make()
    assert said == [f"{path}: another client has it; alerts are kept in memory only"]
    fill(second, "bc")
    second.done("stdout", "b", "c")
    assert (waits(second, "ledger"), waits(first, "ledger")) == ("bc", "ab")
    now[0] += store.RETRY
    assert not second.tidy()
    first.close()
    now[0] += store.RETRY
    assert second.tidy()
    assert (waits(second, "ledger"), waits(second, "stdout")) == ("abc", "")
    assert said[1:] == [f"{path}: alerts are on disk again"]
    second.close()
    assert waits(make(), "ledger") == "abc"


def test_a_torn_last_record_is_dropped_and_said(make: Make, path: Path, said: list[str]) -> None:
    box = make()
    fill(box, "ab")
    torn = path.read_bytes()[:-5]
    box.close()
    path.write_bytes(torn)
    assert waits(make(), "ledger") == "a"
    assert said == [f"{path}: the last record is torn: dropped"]


def test_broken_records_are_set_aside_and_the_rest_is_kept(make: Make, path: Path, said: list[str]) -> None:
    box = make()
    fill(box, "ab")
    good = path.read_bytes().splitlines(keepends=True)
    box.close()
    for broken in ([b"\xff\n", b"{}\n"], [b"\0" * 9 + b"\n"]):
        path.write_bytes(b"".join([good[0], *broken, *good[1:]]))
        again = make()
        assert waits(again, "ledger") == "ab"
        again.close()
    assert said == [f"{path}: {count} records cannot be read: they are in outbox.broken now" for count in (2, 1)]
    assert path.with_name("outbox.broken").read_bytes() == b"\xff\n{}\n" + b"\0" * 9 + b"\n"


def test_a_record_that_never_ends_is_read_in_parts(
    make: Make, path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watch.journal.MAX_RECORD", 1000)
    box = make()
    fill(box, "a")
    good = path.read_bytes()
    box.close()
    path.write_bytes(b"x" * 2500 + b"\n" + good)
    assert waits(make(), "ledger") == "a"
    assert said == [f"{path}: 3 records cannot be read: they are in outbox.broken now"]


def test_a_file_that_is_mostly_done_becomes_short(make: Make, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MIN_REWRITE", 2000)
    box = make()
    longest = 0
    for number in range(200):
        box.put(f"{number}", '{"text": "' + "x" * 100 + '"}')
        box.done("stdout", f"{number}")
        box.done("ledger", f"{number}")
        longest = max(longest, path.stat().st_size)
        box.tidy()
    assert 2000 < longest < 8000
    assert [box.put(f"{number}", "{}") for number in range(200)] == [False] * 200


def test_a_file_that_was_long_because_much_waits_is_not_written_in_vain(
    make: Make, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MIN_REWRITE", 100)
    box = make()
    for number in range(100):
        box.put(f"{number}", "{}")
    assert [box.tidy(), box.tidy()] == [True, False]


def test_a_file_that_cannot_become_short_grows_on(
    make: Make, path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    box = make()
    monkeypatch.setattr(store, "MIN_REWRITE", 100)
    path.with_name("outbox.new").mkdir()
    fill(box, "abcd")
    before = path.stat().st_size
    assert [box.tidy(), box.tidy(), box.is_kept] == [True, False, True]
    fill(box, "e")
    assert path.stat().st_size > before
    box.close()
    assert said == []
    path.with_name("outbox.new").rmdir()
    assert waits(make(), "ledger") == "abcde"


def test_records_that_come_while_the_file_is_written_are_in_both(
    make: Make, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MIN_REWRITE", 0)
    box = make()
    fill(box, "ab")
    real, seen = os.fsync, list[bytes]()

    def fsync(descriptor: int) -> None:
        real(descriptor)
        fill(box, "c")
        box.done("ledger", "a")
        seen.append(path.read_bytes())

    monkeypatch.setattr(os, "fsync", fsync)
    assert box.tidy()
    monkeypatch.setattr(os, "fsync", real)
    now, path_of = path.read_bytes(), path.with_name
    box.close()
    for number, content in enumerate([*seen, now]):
        copy = path_of(f"copy{number}")
        copy.write_bytes(content)
        again = make(where=copy)
        assert (waits(again, "stdout"), waits(again, "ledger")) == ("abc", "bc")


def test_a_disk_that_becomes_full_at_the_last_moment_leaves_the_file_as_it_was(
    make: Make, path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, real = make(), os.fsync
    monkeypatch.setattr(store, "MIN_REWRITE", 100)
    fill(box, "abc")
    box.done("stdout", *"abc")
    box.done("ledger", *"abc")
    with ExitStack() as stack:

        def fsync(descriptor: int) -> None:
            real(descriptor)
            fill(box, "d")
            stack.enter_context(full_disk(path.with_name("outbox.new").stat().st_size + 20))

        monkeypatch.setattr(os, "fsync", fsync)
        assert box.tidy()
        assert path.read_bytes().count(b'"put"') == 4
    monkeypatch.setattr(os, "fsync", real)
    box.close()
    assert (waits(make(), "ledger"), said) == ("d", [])


def test_it_tidies_up_by_itself(make: Make, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MIN_REWRITE", 1000)
    box = make()
    box.start()
    for number in range(20):
        box.put(f"{number:03}", '{"text": "' + "x" * 100 + '"}')
        box.done("stdout", f"{number:03}")
        box.done("ledger", f"{number:03}")
    until(lambda: path.stat().st_size < 3000)  # of 6000
    fill(box, "a")
    box.close()
    assert waits(make(), "ledger") == "a"


def test_threads_lose_nothing_and_get_nothing_twice(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MIN_REWRITE", 10_000)
    box, count = make(), 600
    box.start()
    got: dict[str, list[str]] = {sink: [] for sink in SINKS}

    def work(sink: str) -> None:
        while len(got[sink]) < count:
            box.wait(sink, None)
            for entry in box.take(sink, 7):
                got[sink].append(entry.id)
                box.done(sink, entry.id)

    threads = [Thread(target=work, args=(sink,)) for sink in SINKS]
    for thread in threads:
        thread.start()
    for number in range(count):
        box.put(f"{number}", f'{{"number": {number}}}')
    for thread in threads:
        thread.join()
    assert all(got[sink] == [f"{number}" for number in range(count)] for sink in SINKS)
    box.close()
    again = make()
    assert ([again.unsent(sink) for sink in SINKS], again.put("0", "{}"), again.put("new", "{}")) == (
        [0, 0],
        False,
        True,
    )


def test_nobody_waits_for_what_comes_after_the_end(make: Make, path: Path) -> None:
    box = make()
    fill(box, "a")
    box.close()
    before = path.read_bytes()
    box.done("ledger", "a")
    box.close()
    assert (path.read_bytes(), box.is_kept) == (before, False)
