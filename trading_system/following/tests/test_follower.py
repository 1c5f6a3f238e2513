"""When a follower asks, how long it waits, and what it says of a ledger that comes and goes."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from following.follower import FIRST_DELAY, LONGEST_DELAY, Follower, delays
from following.record import Record
from following.source import Source
from following.tests.answers import NOTHING, Answers

BUSY = b'{"detail": "Too many requests are waiting."}'


class Ended(Exception):
    """The test has seen enough."""


class Following:
    """A follower whose pauses a test lives through, doing something in each: `pauses` are their seconds."""

    def __init__(self, follower: Follower, said: list[str]) -> None:
        self.follower, self.said = follower, said
        self.pauses: list[float] = []

    def through(self, *acts: Callable[[], None]) -> None:
        todo = iter(acts)

        def sleep(seconds: float) -> None:
            self.pauses.append(seconds)
            if (act := next(todo, None)) is None:
                raise Ended
            act()

        with pytest.raises(Ended):
            self.follower.follow(sleep)


@pytest.fixture
def following(answers: Answers, tmp_path: Path) -> Iterator[Following]:
    said: list[str] = []
    with Record(tmp_path / "trades.ndjson") as record:
        yield Following(Follower(Source(answers.url), record, said.append), said)


def test_a_failure_alone_is_not_told_and_the_next_request_does_not_wait(answers: Answers, following: Following) -> None:
    answers.be(503, BUSY, Retry_After="5")
    following.through(lambda: answers.be(200, NOTHING), lambda: None)
    assert [asked.get("wait") for asked in answers.asked] == [["30"], None, ["30"]]
    assert following.pauses == [5, FIRST_DELAY, FIRST_DELAY]
    assert following.said == []


def test_more_failures_are_told_once_and_so_is_their_end(answers: Answers, following: Following) -> None:
    answers.be(502, b"")
    following.through(*[lambda: None] * 4, lambda: answers.be(200, NOTHING), lambda: answers.be(502, b""), lambda: None)
    told = "it answers 502: Bad Gateway; trying again"
    assert following.said == [told, "it answers again", told]


def test_it_asks_later_and_later(answers: Answers, following: Following) -> None:
    answers.be(502, b"")
    following.through(*[lambda: None] * 11)
    assert all(0 < pause <= LONGEST_DELAY for pause in following.pauses)
    assert max(following.pauses[:4]) < min(following.pauses[-4:])
    assert sum(islice(delays(), 20)) > 10 * LONGEST_DELAY / 2


def test_another_ledger_begins_the_file_anew(answers: Answers, following: Following) -> None:
    following.follower.catch_up()
    answers.be(409, b'{"detail": "Begin anew."}')
    assert following.follower.step() is None
    answers.be(200, NOTHING)
    following.follower.catch_up()
    assert "after" not in answers.asked[-1]
    assert following.said == ["it answers 409: Begin anew. Beginning anew: what is kept so far says nothing any more."]
