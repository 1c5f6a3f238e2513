"""What it costs to be safe: the filtered page with a token from `manage.py serve`, to the same without any guard."""

from collections.abc import Sequence

from ledger.book import Book
from ledger.builds import Build, Target, served
from ledger.programs import ROOT, guarded, gunicorn
from ledger.throughput import PAGES, READERS, WORKERS, measured, rate
from report import Row


def rows(books: Sequence[Book]) -> list[Row]:
    with gunicorn(WORKERS) as bare, served(Build(ROOT, guarded()), "--workers", str(WORKERS)) as safe:
        with_, without = measured(PAGES, rate, safe, Target(bare))
    return [
        Row(
            "requests/s of the filtered page with authentication, limits, logs and metrics, relative to without",
            f"{with_:.0f}/s; {without:.0f}/s; over {READERS} connections",
            with_ / without,
            0.85,
        )
    ]
