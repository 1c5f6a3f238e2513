#!/usr/bin/env python3
"""`make bench-page`: how fast the page is, and what is behind it. PAGE_SECONDS=20 for a first look."""

import os
import sys

import django
from chromium import why_not

from desk import page
from ledger.postgres import environment, own_server
from report import Row, write_report

TRADES = 1_000_000


def behind_it() -> list[Row]:
    """Positions and candles, on a database of their own."""
    with own_server() as data_dir:
        os.environ.update(environment(data_dir))
        django.setup()
        from ledger import book, holdings  # which need the settings

        return holdings.rows(book.make([TRADES], TRADES))


if __name__ == "__main__":
    if reason := why_not():
        sys.exit(f"error: {reason}")
    sys.exit(0 if write_report("bench-page", [*page.rows(), *behind_it()]) else 1)
