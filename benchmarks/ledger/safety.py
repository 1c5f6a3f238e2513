"""What it costs to be safe: the filtered page with a token from `manage.py serve`, to the same without any guard."""

import subprocess
import sys
from collections.abc import Sequence

from ledger.book import Book
from ledger.load import CONNECTIONS, drive
from ledger.pages import FILTERED
from ledger.programs import MANAGE, guarded, gunicorn, serve
from ledger.throughput import WORKERS, rate
from report import Row, in_turn, process


def rows(books: Sequence[Book]) -> list[Row]:
    with gunicorn(WORKERS) as bare, serve(WORKERS) as safe, process(drive, FILTERED) as load:
        headers = {"Authorization": f"Token {token()}", "X-Forwarded-Proto": "https"}
        with_, without = in_turn(lambda: rate(load, safe, headers), lambda: rate(load, bare))
    return [
        Row(
            "requests/s of the filtered page with authentication, limits, logs and metrics, relative to without",
            f"{with_:.0f}/s; {without:.0f}/s; over {CONNECTIONS} connections",
            with_ / without,
            0.85,
        )
    ]


def token() -> str:
    """Of a user who may read."""
    command = [sys.executable, str(MANAGE), "create_token", "benchmark", "--role", "viewer"]
    printed = subprocess.run(command, env=guarded(), check=True, stdout=subprocess.PIPE, text=True).stdout
    return str(printed).strip()
