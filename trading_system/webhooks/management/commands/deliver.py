"""`manage.py deliver`: sends what webhooks are to be told, as long as it runs."""

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from threading import Event
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from rest.errors import OUTAGES
from webhooks.courier import MAX_SENDERS, Courier
from webhooks.leadership import Leadership
from webhooks.taking import Intake

PAUSE = 0.5  # seconds between two looks, if there is nothing to do
OUTAGE_PAUSE = 2.0  # seconds before the database is asked again

log = structlog.get_logger("webhooks")


class Command(BaseCommand):
    help = "Send what webhooks are to be told. SIGTERM and Ctrl-C end it after the messages that are on their way."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due, and end")

    def handle(self, *, once: bool, **options: Any) -> None:
        self.leadership, self.intake, self.ended = Leadership(), Intake(), Event()
        with ThreadPoolExecutor(MAX_SENDERS) as pool:
            self.courier = Courier(pool)
            if once:
                self.deliver_once()
            else:
                self.deliver()

    def deliver_once(self) -> None:
        if not self.leadership.is_ours():
            raise CommandError("Another process delivers.")
        while self.intake.take(timezone.now()) or self.send(timezone.now()) or self.courier.on_their_way:
            self.courier.wait(PAUSE)

    def deliver(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, lambda *_: self.ended.set())
        while not self.ended.is_set():
            if not self.try_step():
                self.rest()
        with suppress(*OUTAGES):  # they are sent again
            self.courier.finish()

    def try_step(self) -> bool:
        """A step, if this is the process that delivers; an outage of the database is waited for."""
        try:
            return self.leadership.is_ours() and self.step(timezone.now())
        except OUTAGES as error:
            log.warning("the database cannot be reached", error=str(error).strip())
            connection.close()
            self.ended.wait(OUTAGE_PAUSE)
            return False

    def step(self, now: datetime) -> bool:
        """Look once at all that there is to do; return whether there was anything."""
        return any([self.intake.look(now), self.send(now)])

    def send(self, now: datetime) -> bool:
        """Keep what became of messages, and send others."""
        return any([self.courier.record(now), self.courier.start(now)])

    def rest(self) -> None:
        """Until something comes back, the end is asked for, or for PAUSE."""
        if self.courier.on_their_way:
            self.courier.wait(PAUSE)
        else:
            self.ended.wait(PAUSE)
