"""`manage.py serve`: the ledger in production, under gunicorn."""

import fcntl
import gc
import os
import resource
import shutil
import signal
import ssl
import sys
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from serving import directories
from serving.worker import ENDS

LIMITS = {
    "limit_request_line": 8190,  # bytes: an address with a hundred tickers and a cursor has fewer
    "limit_request_fields": 50,  # headers
    "limit_request_field_size": 8190,  # bytes of one
    "timeout": 60,  # seconds without a heartbeat, after which a worker is replaced
    "graceful_timeout": 30,  # seconds for requests in progress, when the server stops
    "keepalive": 5,  # seconds that a connection is kept for the next request
    "max_requests": 100_000,  # after which a worker is replaced, in case its memory grows
    "max_requests_jitter": 10_000,
}

CONNECTIONS = 1000  # of one worker, idle ones included
OTHER_FILES = 200  # file descriptors of a worker besides
METRICS = "PROMETHEUS_MULTIPROC_DIR"
TLS_BY_PROXY = "terminated by a proxy, which sends X-Forwarded-Proto: https"
CHOICES = ("bind", "workers", "threads", "certfile", "keyfile")


class Log(Logger):
    """gunicorn's, without a line for each request: it would be put together and then go nowhere. We have our own."""

    def access(self, *arguments: Any) -> None:
        pass


class Gunicorn(BaseApplication):
    """gunicorn with `options` from here, instead of its command line and configuration file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.chosen = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.chosen.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        """Import all that answers requests, once, before the workers are forked."""
        from trading_system.wsgi import application

        import_module(settings.ROOT_URLCONF)
        application.drains_refused_bodies = False  # the worker's lingering close does it, without a thread
        connections.close_all()
        gc.collect()
        gc.freeze()  # what is here stays: workers need not look through it for garbage, and share its memory
        return application


def assign_slot(server: Any, worker: Any) -> None:
    """Give a worker the lowest free number. A replacement so continues the metrics of the worker before it."""
    taken = {other.slot for other in server.WORKERS.values()}
    worker.slot = next(number for number in count() if number not in taken)


def settle_in(server: Any, worker: Any) -> None:
    """gunicorn's post_fork, in the worker: its slot names the files of its metrics; some of its threads may wait."""
    from rest import metrics, waiting

    metrics.use_slot(worker.slot)
    waiting.places.share(worker.cfg.threads)


def log_address(server: Any) -> None:
    """Log the address, the hosts, and who terminates TLS."""
    tls = "its own certificate" if server.cfg.is_ssl else TLS_BY_PROXY
    bind = ", ".join(server.cfg.bind)
    structlog.get_logger().info("The ledger is served.", bind=bind, hosts=", ".join(settings.ALLOWED_HOSTS), tls=tls)


def remove_own_directory(server: Any) -> None:
    """gunicorn's on_exit: the directory that `make_own` made, with the metrics in it."""
    shutil.rmtree(Path(os.environ[METRICS]).parent, ignore_errors=True)


OPERATION = {
    "worker_class": "serving.worker.PatientWorker",
    "preload_app": True,
    "control_socket_disable": True,
    "sendfile": False,  # which waits for the client
    "forwarded_allow_ips": ",".join(settings.TRUSTED_PROXIES),
    "logconfig_dict": settings.LOGGING,
    "logger_class": Log,
    "pre_fork": assign_slot,
    "post_fork": settle_in,
    "when_ready": log_address,
    "on_exit": remove_own_directory,
}


def connection_limit() -> int:
    """Connections of a worker, as the limit of open files allows; raises its soft limit if necessary."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(1, allowed - OTHER_FILES)


def check_tls(certfile: Path | None, keyfile: Path | None) -> None:
    """CommandError if the files cannot be read, or do not belong together."""
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


def prepare_own_directory() -> None:
    """Make a directory for this server's metrics, and its own copy of what `collectstatic` has finished."""
    directories.remove_leftovers()
    own = directories.make_own()
    metrics, static = own / "metrics", own / "static"
    metrics.mkdir()
    with directories.locked_directory(Path(settings.STATIC_ROOT).resolve(), fcntl.LOCK_SH):
        shutil.copytree(settings.STATIC_ROOT, static)
    os.environ[METRICS], settings.STATIC_ROOT = str(metrics), str(static)


def hold_signals_until_workers_listen() -> None:
    """Block them in a worker from its fork on. PatientWorker unblocks them; before that, gunicorn would lose them."""
    os.register_at_fork(
        before=partial(signal.pthread_sigmask, signal.SIG_BLOCK, ENDS),
        after_in_parent=partial(signal.pthread_sigmask, signal.SIG_UNBLOCK, ENDS),
    )


class Command(BaseCommand):
    help = "Serve the ledger in production: DEBUG=false. SIGTERM and Ctrl-C end it after the requests in progress."
    requires_system_checks = ["configuration"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="address:port, or unix:PATH (127.0.0.1:8000)")
        parser.add_argument("--workers", type=int, default=(os.cpu_count() or 1) + 1, help="worker processes")
        parser.add_argument("--threads", type=int, default=8, help="per worker, each with a database connection")
        parser.add_argument("--certfile", type=Path, help="TLS without a proxy: the certificate, with its chain")
        parser.add_argument("--keyfile", type=Path, help="private key of the certificate")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEBUG:
            raise CommandError("serve is for production (DEBUG=false); for development use runserver")
        check_tls(options["certfile"], options["keyfile"])
        if not Path(settings.STATIC_ROOT).is_dir():
            raise CommandError("there are no static files yet: python manage.py collectstatic")
        chosen = {name: str(value) for name in CHOICES if (value := options[name])}
        sys.argv = ["gunicorn"]  # gunicorn reads options from it
        prepare_own_directory()
        hold_signals_until_workers_listen()
        Gunicorn({**LIMITS, **OPERATION, "worker_connections": connection_limit(), **chosen}).run()
