#!/usr/bin/env python3
"""`make bench-watch`: how fast the watch is, each figure against its reference in the same run."""

import sys

from report import write_report
from streams import detection, fanout, sockets

if __name__ == "__main__":
    sys.exit(0 if write_report("bench-watch", [*detection.rows(), *sockets.rows(), *fanout.rows()]) else 1)
