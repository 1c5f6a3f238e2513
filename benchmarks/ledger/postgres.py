"""A PostgreSQL of the benchmark's own, gone in the end whatever happens."""

import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from embedded_postgres.base import server_in
from embedded_postgres.cluster import DATABASE
from ledger.programs import family_seconds
from report import BUILD

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def environment(data_dir: Path) -> dict[str, str]:
    """What makes the ledger use it, as fast as in production, but open to all."""
    address = server_in(data_dir).address
    return {
        "DJANGO_SETTINGS_MODULE": "ledger.unguarded",
        "PYTHON_DOTENV_DISABLED": "1",
        "DATA_DIR": str(data_dir),
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "DB_NAME": DATABASE,
        "DB_USER": address["user"],
        "DB_PASSWORD": "",
        "DB_HOST": address["host"],
        "DB_PORT": str(address["port"]),
    }


def seconds() -> float:
    """Of a processor, that the server of DATA_DIR has used so far, with all of its connections."""
    data = server_in(Path(os.environ["DATA_DIR"])).home / "data"
    return family_seconds(int((data / "postmaster.pid").read_text().split()[0]))


def end_by_signal(signum: int, frame: object) -> NoReturn:
    """Leave everything that was begun, as after a fault; a second Ctrl-C does not cut that short."""
    ignore_signals()
    sys.exit(128 + signum)


def ignore_signals() -> None:
    for signum in SIGNALS:
        signal.signal(signum, signal.SIG_IGN)


@contextmanager
def own_server() -> Iterator[Path]:
    """The data directory of a server that is removed afterwards."""
    for signum in SIGNALS:
        if signal.getsignal(signum) is not signal.SIG_IGN:
            signal.signal(signum, end_by_signal)
    BUILD.mkdir(exist_ok=True)
    data_dir = Path(tempfile.mkdtemp(prefix="bench-ledger-", dir=BUILD))
    try:
        server_in(data_dir).join()
        yield data_dir
    finally:
        ignore_signals()
        server = server_in(data_dir)
        server.leave()
        server.stop()
        shutil.rmtree(server.home.resolve(), ignore_errors=True)
        shutil.rmtree(data_dir, ignore_errors=True)
