#!/usr/bin/env python3
"""`make bench-ledger`: how fast the ledger is, each figure against its reference in the same run.

Everything happens on a PostgreSQL of its own, whose data is below `build/` and removed in the end.
"""

import os
import sys

import django

from ledger.postgres import environment, own_server
from report import write_report

LEAST = 100_000


def main(count: int) -> bool:
    """Measure with so many trades, and return whether every goal was met."""
    with own_server() as data_dir:
        os.environ.update(environment(data_dir))
        django.setup()
        from ledger import (  # which need settings
            book,
            columnar,
            counts,
            exports,
            files,
            followers,
            imports,
            machine,
            marks,
            pages,
            peers,
            rollups,
            safety,
            sizes,
            throughput,
            upkeep,
            writes,
        )

        books = book.make([LEAST, 1_000_000, 10_000_000], count)
        print(machine.describe(books[-1]), flush=True)
        reading = (pages, peers, followers, rollups, sizes, columnar, counts, throughput, safety, exports)
        parts = (*reading, marks, writes, upkeep, imports, files)
        return write_report("bench-ledger", [row for part in parts for row in part.rows(books)])


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) < LEAST:
        print(f"usage: make bench-ledger ROWS=10000000, at least {LEAST}", file=sys.stderr)
        sys.exit(2)
    sys.exit(0 if main(int(sys.argv[1])) else 1)
