"""Under load, as `make serve` serves it: pages and bookings, to the build before and to a FastAPI peer."""

import json
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from multiprocessing.connection import Connection

from ledger import postgres
from ledger.book import Book
from ledger.builds import BEFORE, NOT_THERE, SIZE, Target, before, ready, served
from ledger.load import SECONDS, Load, drive
from ledger.pages import FILTERED, LIST
from ledger.programs import ROOT, uvicorn
from ledger.writes import TRADE
from report import Row, in_turn, process

WORKERS = 2  # of the peer, of which more would have no processor
READERS, WRITERS = 8, 64
PAGES = Load(READERS, FILTERED)
POSTS = Load(WRITERS, LIST, json.dumps(TRADE).encode())

Measure = Callable[[Connection, Target], float]


def rows(books: Sequence[Book]) -> list[Row]:
    with ExitStack() as stack:
        now = ready(ROOT, "now")
        ours = stack.enter_context(served(now))
        was = stack.enter_context(before())
        theirs = [stack.enter_context(served(was))] if was else []
        peer = Target(stack.enter_context(uvicorn(WORKERS, now.environment)))
        assert answered_trades(ours) == answered_trades(peer)
        page, fastapi, *pages = measured(PAGES, rate, ours, peer, *theirs)
        booking, *bookings = measured(POSTS, rate_a_processor_second, ours, *theirs)
    what = f"requests/s of the filtered page under `make serve`, {READERS} clients with a token"
    return [
        to_before(what, page, pages, 1.15),
        Row(f"the same, to FastAPI under uvicorn with {WORKERS} workers", detail(page, fastapi), page / fastapi, 2),
        to_before(f"POSTs of {WRITERS} clients under `make serve`, per processor second", booking, bookings, 1.3),
    ]


def measured(load: Load, measure: Measure, *targets: Target) -> list[float]:
    with process(drive, load) as driver:
        return in_turn(*(partial(measure, driver, target) for target in targets))


def rate(driver: Connection, target: Target) -> float:
    """Requests answered a second."""
    driver.send((target.program.port, target.headers))
    driver.recv()
    driver.send(None)
    answered: float = driver.recv()
    return answered


def rate_a_processor_second(driver: Connection, target: Target) -> float:
    """Requests answered for each second of a processor that the server and PostgreSQL took."""
    driver.send((target.program.port, target.headers))
    driver.recv()
    begun = target.program.seconds() + postgres.seconds()
    driver.send(None)
    answered: float = driver.recv() * SECONDS
    return answered / (target.program.seconds() + postgres.seconds() - begun)


def to_before(what: str, ours: float, theirs: Sequence[float], goal: float) -> Row:
    """A goal that is missed where there is no build before."""
    name = f"{what}, to the same of {BEFORE}"
    if not theirs:
        return Row(name, f"{ours:.0f}/s; {NOT_THERE}", 0, goal)
    return Row(name, detail(ours, theirs[0]), ours / theirs[0], goal)


def detail(ours: float, theirs: float) -> str:
    return f"{ours:.0f}/s; {theirs:.0f}/s; among {SIZE:,} trades"


def answered_trades(target: Target) -> list[tuple[int, str, str]]:
    """What it answers, without the forms of cursors and instants, which differ."""
    url = f"http://127.0.0.1:{target.program.port}{FILTERED}"
    with urllib.request.urlopen(urllib.request.Request(url, headers=target.headers), timeout=30) as answer:
        return [(trade["id"], trade["price"], trade["quantity"]) for trade in json.load(answer)["results"]]
