"""kill -9 of a process with an outbox, wherever it is: what was put is told by the next life, and once."""

import subprocess
import sys
from pathlib import Path

import pytest

from watch.outbox import Outbox

ROOT = Path(__file__).parents[2]
STEPS = 6
# A child for each number of steps, killed by its own hand, as from outside it could not be met in the middle.
BETWEEN_RECORDS = """
from watch.outbox import Outbox

def life(folder, count):
    box = Outbox(Path(folder, str(count)), ["stdout", "ledger"], print)
    steps = [
        lambda: box.put("a", '{"a":1}'), lambda: box.done("stdout", "a"), lambda: box.put("b", '{"b":1}'),
        lambda: box.done("ledger", "a"), lambda: box.done("stdout", "b"), lambda: box.done("ledger", "b"),
    ]
    for step in steps[:count]:
        step()
"""
# The file is written anew while much waits, and ends at the count-th of what is done to files.
WHILE_WRITING = """
from watch import journal, store
from watch.outbox import Outbox

def life(folder, count):
    box = Outbox(Path(folder, str(count)), ["stdout", "ledger"], print)
    for name in "abc":
        box.put(name, '{"%s":1}' % name)
    box.done("stdout", "a")
    box.done("ledger", "a")
    store.MIN_REWRITE = 0
    left = [count]

    def counting(what):
        def do(*arguments):
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return what(*arguments)
        return do

    os.fsync, journal.os.open, journal.os.write = counting(os.fsync), counting(os.open), counting(os.write)
    Path.replace, Path.open, os.close = counting(Path.replace), counting(Path.open), counting(os.close)
    box.tidy()
    box.put("d", '{"d":1}')
"""
MAIN = """
import os, signal, sys
from pathlib import Path
{life}
for count in range(int(sys.argv[2])):
    if pid := os.fork():
        assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    else:
        life(sys.argv[1], count)
        os.kill(os.getpid(), signal.SIGKILL)
"""


def run(life: str, folder: Path, count: int) -> None:
    command = [sys.executable, "-c", MAIN.format(life=life), str(folder), str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def ids(box: Outbox, sink: str) -> str:
    return "".join(entry.id for entry in box.take(sink, 100))


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """What was in the file after each number of steps."""
    folder = tmp_path_factory.mktemp("killed")
    run(BETWEEN_RECORDS, folder, STEPS + 1)
    return [(folder / str(steps)).read_bytes() for steps in range(STEPS + 1)]


@pytest.mark.parametrize(
    ("steps", "printed_next", "sent_next", "told"),
    [(0, "", "", ""), (1, "a", "a", "a"), (2, "", "a", "a"), (3, "b", "ab", "ab"), (4, "b", "b", "ab"), (5, "", "b", "ab"),
     (6, "", "", "ab")],
)  # fmt: skip
def test_after_each_record_the_next_life_does_what_is_left(
    killed: list[bytes], tmp_path: Path, steps: int, printed_next: str, sent_next: str, told: str
) -> None:
    said: list[str] = []
    path = tmp_path / "outbox"
    path.write_bytes(killed[steps])
    box = Outbox(path, ["stdout", "ledger"], said.append)
    assert (ids(box, "stdout"), ids(box, "ledger"), said) == (printed_next, sent_next, [])
    assert [box.put(name, "{}") for name in "ab"] == [name not in told for name in "ab"]
    box.close()


def test_a_record_that_is_torn_anywhere_was_not_written(killed: list[bytes], tmp_path: Path) -> None:
    content, before = killed[3], sum(map(len, killed[3].splitlines(keepends=True)[:-1]))
    for length in range(before + 1, len(content) - 1):
        said: list[str] = []
        path = tmp_path / str(length)
        path.write_bytes(content[:length])
        box = Outbox(path, ["stdout", "ledger"], said.append)
        assert (ids(box, "stdout"), ids(box, "ledger")) == ("", "a")
        assert said == [f"{path}: the last record is torn: dropped"]
        assert box.put("b", "{}")
        box.close()


def test_nothing_is_lost_while_the_file_is_written_anew(tmp_path: Path) -> None:
    count = 12
    run(WHILE_WRITING, tmp_path, count)
    found = set()
    for number in range(count):
        said: list[str] = []
        box = Outbox(tmp_path / str(number), ["stdout", "ledger"], said.append)
        found.add((ids(box, "stdout"), ids(box, "ledger"), box.put("a", "{}"), *said))
        box.close()
    assert found == {("bc", "bc", False), ("bcd", "bcd", False)}
