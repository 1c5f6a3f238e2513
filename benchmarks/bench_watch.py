#!/usr/bin/env python3
"""`make bench-watch`: how fast the watch is, each figure against its reference in the same run."""

import sys

from report import write_report
from streams import detection, fanout, memory, replays, sockets

if __name__ == "__main__":
    rooms = (detection, replays, memory, sockets, fanout)
    sys.exit(0 if write_report("bench-watch", [row for room in rooms for row in room.rows()]) else 1)
