"""An outbox against a model of it: whatever is done, and wherever its file is cut off, it is the model of what was kept."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watch import store, waiting
from watch.outbox import Outbox

SINKS = ("stdout", "ledger", "notify:1")
NAMES = "abcdefgh"
MAX_TOLD = 3
SOME_SINKS = st.lists(st.sampled_from(SINKS), unique=True)
STEPS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(NAMES), SOME_SINKS),
    st.tuples(st.just("done"), st.sampled_from(SINKS), st.lists(st.sampled_from(NAMES), max_size=3)),
    st.tuples(st.just("reopen"), st.none(), st.none()),
    st.tuples(st.just("tidy"), st.none(), st.none()),
    st.tuples(st.just("cut"), st.integers(0, 300), st.none()),
)


@pytest.fixture(autouse=True, scope="module")
def few() -> Iterator[None]:
    """Few ids are known again, and each record is a reason to write the file anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(waiting, "MAX_TOLD", MAX_TOLD)
        patch.setattr(store, "MIN_REWRITE", 0)
        yield


@dataclass
class Model:
    """Pairs of an id and a sink that wait, in order, and the ids that came and do not wait, as long as it was known."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def put(self, name: str, sinks: list[str]) -> bool:
        if name in self.told[-MAX_TOLD:] or name in {one for one, _ in self.pairs}:
            return False
        self.pairs += [(name, sink) for sink in sinks]
        self.told += [] if sinks else [name]
        return True

    def done(self, sink: str, name: str) -> None:
        if (name, sink) in self.pairs:
            self.pairs.remove((name, sink))
            self.told += [] if name in {one for one, _ in self.pairs} else [name]

    def waits(self, sink: str) -> list[str]:
        return [name for name, for_sink in self.pairs if for_sink == sink]

    def copy(self) -> "Model":
        return Model([*self.pairs], [*self.told])


class Lives:
    """One outbox after the other, and what the model was when the file had each of its lengths."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.number, self.said = folder, 0, list[str]()
        self.model, self.lengths = Model(), dict[int, Model]()
        self.open()

    @property
    def path(self) -> Path:
        return self.folder / f"{self.number}"

    def open(self) -> None:
        self.box = Outbox(self.path, SINKS, self.said.append)
        self.lengths = {self.path.stat().st_size: self.model.copy()}

    def put(self, name: str, sinks: list[str]) -> None:
        assert self.box.put(name, f'{{"{name}":1}}', sinks) == self.model.put(name, sinks)

    def done(self, sink: str, names: list[str]) -> None:
        self.box.done(sink, *names)
        for name in names:
            self.model.done(sink, name)

    def reopen(self, *_: None) -> None:
        self.box.close()
        self.open()

    def tidy(self, *_: None) -> None:
        if self.box.tidy():
            self.lengths = {}

    def cut(self, count: int, _: None) -> None:
        """Go on as if the process had been killed, and the last bytes had not reached the disk."""
        content = self.path.read_bytes()
        length = max(len(content) - count, min(self.lengths))
        self.box.close()
        self.number += 1
        self.path.write_bytes(content[:length])
        whole = max(size for size in self.lengths if size <= length + 1)  # a record without its end is there
        self.model = self.lengths[whole].copy()
        self.open()
        assert self.said == ([f"{self.path}: the last record is torn: dropped"] if whole < length else [])
        self.said.clear()

    def check(self) -> None:
        self.lengths[self.path.stat().st_size] = self.model.copy()
        for sink in SINKS:
            entries = self.box.take(sink, 100)
            assert [entry.id for entry in entries] == self.model.waits(sink)
            assert [entry.line for entry in entries] == [f'{{"{entry.id}":1}}' for entry in entries]
            assert self.box.unsent(sink) == len(entries)
        assert not self.said


@given(st.lists(STEPS, max_size=40))
def test_it_is_what_the_model_is(steps: list[tuple[str, str, list[str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lives = Lives(Path(folder))
        for step, first, second in steps:
            getattr(lives, step)(first, second)
            lives.check()
        lives.box.close()
