"""What is killed in the middle of work: PostgreSQL, a web worker, the whole web server."""

import random
import signal
import time
from collections.abc import Callable

import psutil
import pytest

from ..named import NamedServer
from ..production import Production
from .cases import of
from .writers import Writers, kept

Figure = Callable[[str], None]


def nothing_is_lost(production: Production, writers: Writers) -> str:
    """Every trade that was answered is there, and each once; return the figures."""
    found = kept(production)
    for key in writers.before:
        del found[key]
    assert set(found) == set(writers.answered)
    assert set(found.values()) == {1}
    return f"{len(found)} trades answered, all there, each once"


@pytest.mark.case("kill -9 of PostgreSQL in mid-burst of POSTs")
@pytest.mark.timeout(600)
def test_postgresql(database: NamedServer, production: Production, figure: Figure) -> None:
    writers = Writers(production)
    kills = of(2, 20)
    for _ in range(kills):
        writers.wait_for(random.Random().randint(10, 60))
        database.kill()
        while database.start(check=False):  # while the kernel still has its shared memory
            time.sleep(0.1)
    writers.wait_for(20)
    writers.stop()
    assert set(writers.statuses) <= {201, 503}
    assert not writers.cut
    figure(f"{kills} kills; {nothing_is_lost(production, writers)}; in between {writers.statuses[503]} times 503 and "
           f"nothing else; {writers.longest:.1f} s at most without a trade")  # fmt: skip


@pytest.mark.case("kill -9 of a web worker under load")
@pytest.mark.timeout(600)
def test_a_worker(production: Production, figure: Figure) -> None:
    writers = Writers(production)
    kills = of(2, 20)
    for _ in range(kills):
        writers.wait_for(random.Random().randint(10, 60))
        random.choice(psutil.Process(production.server.process.pid).children()).kill()
    writers.wait_for(20)
    writers.stop()
    assert set(writers.statuses) == {201}
    figure(f"{kills} kills; {nothing_is_lost(production, writers)}; {writers.cut} requests cut off, and sent again")


@pytest.mark.case("SIGTERM of gunicorn under load")
@pytest.mark.timeout(600)
def test_the_server(production: Production, figure: Figure) -> None:
    writers = Writers(production)
    ends, longest = of(1, 10), 0.0
    for _ in range(ends):
        writers.wait_for(random.Random().randint(10, 60))
        begun = time.monotonic()
        production.server.process.send_signal(signal.SIGTERM)
        assert production.server.process.wait(30) == 0
        longest = max(longest, time.monotonic() - begun)
        production.restart()
    writers.wait_for(20)
    writers.stop()
    assert set(writers.statuses) == {201}
    figure(f"{ends} times; {nothing_is_lost(production, writers)}; ended within {longest:.1f} s")
