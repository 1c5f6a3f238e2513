#!/usr/bin/env python3
"""`make bench-venues`: how fast real markets are taken, to peers in the same run, and a long run under load."""

import sys

from markets import load, peers
from report import write_report

if __name__ == "__main__":
    sys.exit(0 if write_report("bench-venues", [row for room in (peers, load) for row in room.rows()]) else 1)
