"""A PostgreSQL of the benchmark's own, gone in the end whatever happens."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_postgres.base import server_in
from report import BUILD


def environment(data_dir: Path) -> dict[str, str]:
    """What makes the ledger use it, as in production otherwise."""
    return {
        "DJANGO_SETTINGS_MODULE": "trading_system.settings",
        "PYTHON_DOTENV_DISABLED": "1",
        "DATA_DIR": str(data_dir),
        "DEBUG": "false",
        **{name: "" for name in os.environ if name.startswith("DB_")},
    }


@contextmanager
def own_server() -> Iterator[Path]:
    """The data directory of a server that starts when it is needed, and is removed afterwards."""
    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(1))
    BUILD.mkdir(exist_ok=True)
    data_dir = Path(tempfile.mkdtemp(prefix="bench-ledger-", dir=BUILD))
    try:
        yield data_dir
    finally:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the end is not to be cut short
            signal.signal(signum, signal.SIG_IGN)
        server = server_in(data_dir)
        server.leave()
        server.stop()
        shutil.rmtree(server.home.resolve(), ignore_errors=True)
        shutil.rmtree(data_dir, ignore_errors=True)
