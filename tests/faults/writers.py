"""Clients that record trades as careful programs do: each with an idempotency key, and again until it is answered."""

import csv
import http.client
import io
import json
import threading
import time
from collections import Counter
from typing import Any
from uuid import uuid4

from ..production import Production

PAUSE = 0.05  # seconds before an attempt that follows a refusal
ANSWER = 30  # seconds


class Writers:
    """So many threads; `statuses` counts answers, `cut` those requests whose connection ended without one."""

    def __init__(self, production: Production, count: int = 8) -> None:
        self.production, self.statuses, self.cut = production, Counter[int](), 0
        self.before = kept(production)  # of others
        self.answered: dict[str, int] = {}  # the trade's id by key
        self.longest, self.last = 0.0, time.monotonic()  # seconds without a trade
        self.lock, self.stopping = threading.Lock(), threading.Event()
        self.progress = threading.Condition(self.lock)
        self.threads = [threading.Thread(target=self.write) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def write(self) -> None:
        while not self.stopping.is_set():
            key = uuid4().hex
            while (answer := self.post(key)) is None:
                time.sleep(PAUSE)
            with self.progress:
                self.answered[key] = answer["id"]
                now = time.monotonic()
                self.longest, self.last = max(self.longest, now - self.last), now
                self.progress.notify_all()

    def post(self, key: str) -> Any:
        """The trade, or None if it has to be tried again."""
        body = json.dumps({"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy", "note": key})
        headers = {"Authorization": f"Token {self.production.tokens['trader']}", "X-Forwarded-Proto": "https",
                   "Content-Type": "application/json", "Idempotency-Key": key}  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", self.production.port, timeout=ANSWER)
        try:
            connection.request("POST", "/api/trades/", body, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            with self.lock:
                self.cut += 1
            return None
        finally:
            connection.close()
        with self.lock:
            self.statuses[answer.status] += 1
        if answer.status == 503:
            assert answer.headers["Retry-After"]
        return json.loads(text) if answer.status == 201 else None

    def wait_for(self, more: int) -> None:
        """Until so many more trades were answered."""
        with self.progress:
            wanted = len(self.answered) + more
            assert self.progress.wait_for(lambda: len(self.answered) >= wanted, timeout=120)

    def stop(self) -> None:
        """Until each has the answer to its last trade."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(120)
            assert not thread.is_alive()


def kept(production: Production) -> Counter[str]:
    """How often the ledger has each key, as the trades' notes."""
    status, _, body = production.ask("GET", "/api/trades/export/?format=csv", role="viewer")
    assert status == 200
    return Counter(row["note"] for row in csv.DictReader(io.StringIO(body.decode())))
