"""`manage.py serve`: the ledger for others, under gunicorn."""

import os
import resource
import shutil
import ssl
import sys
import tempfile
from itertools import count
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
    "max_requests": 100_000,  # after which a worker is replaced, in case something grows
    "max_requests_jitter": 10_000,
}

CONNECTIONS = 1000  # of one worker, idle ones included
OTHER_FILES = 200  # that a worker may have open
METRICS = "PROMETHEUS_MULTIPROC_DIR"
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


def give_place(server: Any, worker: Any) -> None:
    """The lowest that no other worker has: its file of metrics is that of the one before it."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(number for number in count() if number not in taken)


def take_place(server: Any, worker: Any) -> None:
    from rest import metrics

    metrics.take_place(worker.place)


def remove_metrics(server: Any) -> None:
    shutil.rmtree(os.environ[METRICS], ignore_errors=True)


OPERATION = {
    "worker_class": "serving.worker.PatientWorker",
    "control_socket_disable": True,
    "sendfile": False,  # which waits for the client
    "forwarded_allow_ips": ",".join(settings.TRUSTED_PROXIES),
    "logconfig_dict": settings.LOGGING,
    "pre_fork": give_place,
    "post_fork": take_place,
    "on_exit": remove_metrics,
}


def room() -> int:
    """For how many connections of a worker the system's limit of open files leaves room; raised as far as it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(1, allowed - OTHER_FILES)


def check_tls(certfile: Path | None, keyfile: Path | None) -> None:
    """CommandError if the files are not there, or do not belong together."""
    if bool(certfile) != bool(keyfile):
        raise CommandError("--certfile and --keyfile go together")
    for file in filter(None, (certfile, keyfile)):
        if not os.access(file, os.R_OK):
            raise CommandError(f"{file} cannot be read")
    if certfile:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certfile, keyfile)
        except ssl.SSLError as error:
            raise CommandError(f"{certfile} and {keyfile} are not a certificate and its key: {error.reason}") from None


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
        check_tls(options["certfile"], options["keyfile"])
        if not Path(settings.STATIC_ROOT).is_dir():
            raise CommandError("there are no files of pages yet: python manage.py collectstatic")
        chosen = {name: str(value) for name in CHOICES if (value := options[name])}
        sys.argv = ["gunicorn"]  # which would be read for options of gunicorn
        connections.close_all()
        os.environ[METRICS] = tempfile.mkdtemp(prefix="trading-metrics-")
        Gunicorn({**LIMITS, **OPERATION, "worker_connections": room(), **chosen}).run()
