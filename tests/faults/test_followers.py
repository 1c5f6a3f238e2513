"""Followers of a ledger in which much is written, while everything is killed: each has the book in the end."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest

from embedded_postgres.tests.servers import wait_until

from ..followed import Ledger, trade
from ..named import NamedServer
from ..production import Production, issue
from ..running import Running
from .cases import of, settings_of

Figure = Callable[[str], None]
SECONDS = of(5, 300)
WRITERS, FOLLOWERS = of(3, 20), of(2, 4)
BETWEEN = (0.1, 1.0)  # seconds from one kill to the next
ROWS = 200  # of a bulk load
EXPECTED = {200, 201, 204, 404, 409, 412, 503}  # others delete as well, and the database goes away


class Writer:
    """Adds, changes, deletes and restores trades, and books files and takes them back, until it is to stop."""

    def __init__(self, production: Production, stopping: threading.Event) -> None:
        self.production, self.stopping = production, stopping
        self.trades: list[int] = []
        self.statuses = Counter[int]()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        acts = random.Random()
        while not self.stopping.is_set():
            acts.choice(
                [self.add, self.add, self.add, self.change, self.change, self.delete, self.restore, self.load]
            )()

    def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """The answer; nothing if there was none, or if it is an error."""
        try:
            status, _, answer = self.production.ask(method, f"/api/{path}", body, role="trader")
        except (OSError, HTTPException):  # a worker was killed
            return {}
        self.statuses[status] += 1
        return json.loads(answer) if status in (200, 201) else {}

    def any(self) -> str:
        return f"trades/{random.choice(self.trades or [1])}/"

    def add(self) -> None:
        if made := self.ask("POST", "trades/", trade("AAPL")):
            self.trades.append(made["id"])

    def change(self) -> None:
        self.ask("PATCH", self.any(), {"price": f"{random.randint(1, 10_000)}.25"})

    def delete(self) -> None:
        self.ask("DELETE", self.any())

    def restore(self) -> None:
        self.ask("POST", f"{self.any()}restore/")

    def load(self) -> None:
        rows = [trade("MSFT", timestamp="2025-06-06T20:00:00Z", external_id=str(uuid4())) for _ in range(ROWS)]
        booked = self.ask("POST", "trades/bulk/", rows).get("import")
        if booked and random.random() < 0.5:
            self.ask("POST", f"imports/{booked}/undo/")


class Kills:
    """Kills a follower, and now and then a worker of the web server, or PostgreSQL; all of them come back."""

    def __init__(self, database: NamedServer, production: Production, ledgers: list[Ledger]) -> None:
        self.database, self.production = database, production
        self.followers = [(ledger, ledger.follower()) for ledger in ledgers]
        self.counts = Counter[str]()

    def one(self) -> None:
        what = random.choices([self.follower, self.worker, self.postgresql], [8, 2, 1])[0]
        what()
        self.counts[what.__name__] += 1

    def follower(self) -> None:
        number = random.randrange(len(self.followers))
        ledger, running = self.followers[number]
        end(running)
        self.followers[number] = ledger, ledger.follower()

    def worker(self) -> None:
        random.choice(psutil.Process(self.production.server.process.pid).children()).kill()

    def postgresql(self) -> None:
        self.database.kill()
        wait_until(lambda: not self.database.start(check=False))  # while the kernel still has its shared memory


def end(follower: Running) -> None:
    assert follower.process.poll() is None, "".join(follower.process.communicate()[0])
    follower.kill()


@pytest.fixture
def secured(database: NamedServer, tmp_path: Path) -> Iterator[Production]:
    issue(tmp_path)
    settings = settings_of(database) | {"HEAVY_REQUESTS_PER_MINUTE": "100000"}  # such as bulk loads
    running = Production(settings, roles=("trader",), unheard=True, certificate=tmp_path)
    yield running
    running.server.kill()


def has_caught_up(ledger: Ledger) -> bool:
    """A request that was cut off may still be carried out."""
    return ledger.once().returncode == 0 and ledger.copy() == ledger.book()


@pytest.mark.case("kill -9 of followers, web workers and PostgreSQL while much is written")
@pytest.mark.timeout(900)
def test_each_copy_is_the_book(database: NamedServer, secured: Production, tmp_path: Path, figure: Figure) -> None:
    ledgers = [Ledger(secured, place) for number in range(FOLLOWERS) if not (place := tmp_path / f"{number}").mkdir()]
    stopping, time_is_up = threading.Event(), threading.Event()
    threading.Timer(SECONDS, time_is_up.set).start()
    writers = [Writer(secured, stopping) for _ in range(WRITERS)]
    kills = Kills(database, secured, ledgers)
    while not time_is_up.wait(random.uniform(*BETWEEN)):
        kills.one()
    stopping.set()
    for writer in writers:
        writer.thread.join()
    for _, follower in kills.followers:
        end(follower)
    for ledger in ledgers:
        wait_until(lambda: has_caught_up(ledger))  # noqa: B023
    statuses = sum((writer.statuses for writer in writers), Counter[int]())
    assert set(statuses) <= EXPECTED
    told = ", ".join(f"{count} of {name}" for name, count in sorted(kills.counts.items()))
    figure(f"{FOLLOWERS} copies of {len(ledgers[0].copy())} trades equal the book; {WRITERS} writers; kills: {told}")
