"""Benchmarks: each speed as a ratio to a reference that was measured in the same run."""

import json
import multiprocessing
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

BUILD = Path(__file__).parents[1] / "build"
ROUNDS = 7


@dataclass(frozen=True)
class Row:
    """`ratio` is to be at least `goal`, or `at_most`; a row without them is a figure to know.

    `detail` says what was measured.
    """

    name: str
    detail: str
    ratio: float | None = None
    goal: float | None = None
    at_most: bool = False

    @property
    def met(self) -> bool:
        """A row without a goal misses none."""
        if self.ratio is None or self.goal is None:
            return True
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal


def in_turn(*functions: Callable[[], float], rounds: int = ROUNDS) -> list[float]:
    """The median that each measures in several rounds, taken in turn so that a busy machine disturbs all alike."""
    measured = [[function() for function in functions] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*measured, strict=True)]


def duration(seconds: float) -> str:
    """Seconds as they are read, or milliseconds."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{1000 * seconds:.2f} ms"


@contextmanager
def process(target: Callable[..., None], *arguments: object) -> Iterator[Connection]:
    """Another process that runs `target`, and a pipe to it, which is its first argument."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=target, args=(theirs, *arguments))
    child.start()
    theirs.close()  # so that its end is heard
    try:
        yield ours
    finally:
        child.terminate()
        child.join()


def write_report(name: str, rows: Sequence[Row]) -> bool:
    """Print the table, write `build/<name>.json`, and return whether every goal was met."""
    print("| what | ratio | goal | measured |\n|---|---|---|---|")
    for row in rows:
        ratio, goal = ("" if value is None else f"{value:.2f}" for value in (row.ratio, row.goal))
        bound = f"at most {goal}" if goal and row.at_most else goal
        print(f"| {row.name} | {ratio} | {bound}{'' if row.met else ' MISSED'} | {row.detail} |")
    BUILD.mkdir(exist_ok=True)
    kept = [{"name": row.name, "ratio": row.ratio, "goal": row.goal, "met": row.met} for row in rows]
    text = json.dumps(kept, indent=1)
    (BUILD / f"{name}.json").write_text(text + "\n")
    return all(row.met for row in rows)
