"""The filtered page under load, to a FastAPI peer under the same."""

import json
import urllib.request
from collections.abc import Sequence
from multiprocessing.connection import Connection

from ledger.book import Book
from ledger.load import CONNECTIONS, drive
from ledger.pages import FILTERED
from ledger.programs import Program, gunicorn, uvicorn
from report import Row, in_turn, process

WORKERS = 2


def rows(books: Sequence[Book]) -> list[Row]:
    with gunicorn(WORKERS) as ledger, uvicorn(WORKERS) as peer, process(drive, FILTERED) as load:
        assert answered_trades(ledger) == answered_trades(peer)
        ours, theirs = in_turn(lambda: rate(load, ledger), lambda: rate(load, peer))
    return [
        Row(
            f"requests/s of the filtered page, gunicorn with {WORKERS} workers, to FastAPI under uvicorn with as many",
            f"{ours:.0f}/s; {theirs:.0f}/s; over {CONNECTIONS} connections",
            ours / theirs,
            1,
        )
    ]


def rate(load: Connection, program: Program, headers: dict[str, str] | None = None) -> float:
    load.send((program.port, headers or {}))
    answered: float = load.recv()
    return answered


def answered_trades(program: Program) -> list[tuple[int, str, str]]:
    """What it answers, without the forms of cursors and instants, which differ."""
    with urllib.request.urlopen(f"http://127.0.0.1:{program.port}{FILTERED}", timeout=30) as answer:
        return [(trade["id"], trade["price"], trade["quantity"]) for trade in json.load(answer)["results"]]
