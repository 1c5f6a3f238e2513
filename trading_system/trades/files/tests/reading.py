"""Reads a file as a program of its own does, and prints what came of it, and how much memory that took in KiB."""

import resource
import sys
from pathlib import Path

from trades.files.cells import Malformed
from trades.files.opening import look, open_table


def main() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Path(sys.argv[1]).open("rb") as file:
        try:
            found = look(file)
            outcome = f"{sum(1 for _ in open_table(file, found, found.sheets[0]))} rows"
        except Malformed as error:
            outcome = error.message
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, outcome)


if __name__ == "__main__":
    main()
