"""`manage.py fold`: bring the rollups and checkpoints up to date."""

import signal
import threading
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, connection

from portfolio import checkpoints
from trades.rollups import folding as rollups

HELP = """Compute the sums of days and months anew whose trades have changed, and what was held at the end of some days.

Answers are exact without it, and slower the more there is to fold. With --every it goes on until it is stopped."""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, metavar="SECONDS", help="fold again and again, with this pause")

    def handle(self, *, every: float | None, **options: Any) -> None:
        if every is None:
            self.stdout.write(f"Days folded: {rollups.fold()}")
            self.stdout.write(f"Tickers with new checkpoints: {checkpoints.fold()}")
            return
        stopping = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stopping.set())
        while not stopping.is_set():
            begun = monotonic()
            self.step(stopping)
            stopping.wait(max(every, monotonic() - begun))  # it works for half of the time at most

    def step(self, stopping: threading.Event) -> None:
        """Fold once. A database that is away is waited for: nothing is wrong without folding."""
        try:
            rollups.fold()
            for _ in checkpoints.folding():
                if stopping.is_set():
                    break
                rollups.fold()  # of which the first checkpoints of a large ledger would keep it for minutes
        except OperationalError as error:
            connection.close()
            self.stderr.write(f"not folded: {str(error).strip()}")
