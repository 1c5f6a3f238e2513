"""`manage.py serve`: the ledger for others, under gunicorn."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from gunicorn.app.base import BaseApplication

LIMITS = {
    "limit_request_line": 8190,  # bytes: an address with a hundred tickers and a cursor has fewer
    "limit_request_fields": 50,  # headers
    "limit_request_field_size": 8190,  # bytes of one
    "timeout": 60,  # seconds without a sign of life, after which a worker is replaced
    "graceful_timeout": 30,  # seconds for what is in flight, when the server is told to end
    "keepalive": 5,  # seconds that a connection is kept for the next request
    "worker_connections": 1000,  # of one worker, idle ones included
    "max_requests": 100_000,  # after which a worker is replaced, in case something grows
    "max_requests_jitter": 10_000,
}

CHOICES = ("bind", "workers", "threads", "certfile", "keyfile")


class Gunicorn(BaseApplication):
    """gunicorn with options of ours instead of a command line and a file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.chosen = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.chosen.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        from trading_system.wsgi import application

        return application


class Command(BaseCommand):
    help = "Serve the ledger in production: DEBUG=false. SIGTERM and Ctrl-C end it after what is in flight."
    requires_system_checks = ["configuration"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="address:port, or unix:PATH (127.0.0.1:8000)")
        parser.add_argument("--workers", type=int, default=(os.cpu_count() or 1) + 1, help="processes")
        parser.add_argument(
            "--threads", type=int, default=8, help="of each worker, with a connection to the database each"
        )
        parser.add_argument("--certfile", type=Path, help="TLS without a proxy: the certificate, with its chain")
        parser.add_argument("--keyfile", type=Path, help="and its key")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEBUG:
            raise CommandError("set DEBUG=false and what it asks for; for development there is runserver")
        if bool(options["certfile"]) != bool(options["keyfile"]):
            raise CommandError("--certfile and --keyfile go together")
        for file in filter(None, (options["certfile"], options["keyfile"])):
            if not os.access(file, os.R_OK):
                raise CommandError(f"{file} cannot be read")
        if not Path(settings.STATIC_ROOT).is_dir():
            raise CommandError("there are no files of pages yet: python manage.py collectstatic")
        chosen = {name: str(value) for name in CHOICES if (value := options[name])}
        sys.argv = ["gunicorn"]  # which would be read for options of gunicorn
        connections.close_all()
        Gunicorn({**LIMITS, "worker_class": "gthread", "control_socket_disable": True, **chosen}).run()
