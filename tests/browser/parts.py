"""The system and its parts as processes that tests start, kill and start again, and the database below them."""

import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

import psutil
import psycopg2

from embedded_postgres.cluster import DATABASE
from embedded_postgres.server import PostgresServer
from embedded_postgres.tests.servers import wait_until

from ..running import READY, ROOT, Running, call, free_port

SCRIPT = ROOT / "scripts/run.py"
MANAGE = ROOT / "trading_system/manage.py"
PROGRAMS = {"api": "manage.py runserver", "feed": "server.py", "watch": "client.py"}
SEED = 7  # of the market: its first spike comes within 13 seconds
PATIENCE = 30  # seconds for a part to answer
MOMENT = 100  # milliseconds for a table, a tenth of what PostgreSQL takes to find that two wait for each other
EMPTY = """
DO $$ DECLARE names text; BEGIN
    SELECT string_agg(format('%I', tablename), ', ') INTO names FROM pg_tables
    WHERE schemaname = 'public' AND tablename !~ '^(django|auth)_|^reference_(account|currency)$|^trades_ledger$';
    EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY CASCADE';
    DELETE FROM reference_account WHERE id > 1;
END $$
"""


def keep_reading(program: Running) -> None:
    """Nobody waits for what it prints any more, but somebody has to take it, or it would stop."""

    def read() -> None:
        with suppress(ValueError):  # which is said of a closed file
            program.output.extend(program.process.stdout or ())

    threading.Thread(target=read, daemon=True).start()


class System:
    """What `make run` starts, on ports that stay the same when it is started again."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.postgres = PostgresServer(data_dir)
        self.port, self.feed_port = free_port(), free_port()
        self.address, self.feed = f"http://127.0.0.1:{self.port}", f"ws://127.0.0.1:{self.feed_port}"
        self.settings = {
            "DATA_DIR": str(data_dir), "PORT": str(self.port),
            "FEED_PORT": str(self.feed_port), "FEED_OPTIONS": f"--seed {SEED}",
        } | settings  # fmt: skip
        self.running: Running | None = None

    def start(self) -> None:
        """Return once it has said that it runs."""
        self.running = Running(sys.executable, SCRIPT, **self.settings)
        self.running.read_until(READY)
        keep_reading(self.running)

    def part(self, name: str) -> psutil.Process:
        """The process of the Procfile's `api`, `feed` or `watch`."""
        assert self.running is not None
        family = psutil.Process(self.running.process.pid).children(recursive=True)
        [found] = [one for one in family if PROGRAMS[name] in " ".join(one.cmdline()[1:3])]
        return found

    def await_end(self) -> None:
        """It ends as a whole once a part of it has."""
        assert self.running is not None
        self.running.process.wait(timeout=PATIENCE)
        self.running.kill()
        self.running = None

    def kill(self) -> None:
        """Leave nothing of it; the data stays."""
        if self.running is not None:
            self.running.kill()
            self.running = None


class Api:
    """The ledger's server alone, on the system's data and with another feed."""

    def __init__(self, system: System, feed: str) -> None:
        self.port, self.system, self.feed = free_port(), system, feed
        self.address = f"http://127.0.0.1:{self.port}"
        self.running: Running | None = None

    def start(self) -> None:
        """Return once it answers."""
        settings = self.system.settings | {"FEED_URL": self.feed}
        words = (sys.executable, MANAGE, "runserver", "--noreload", f"127.0.0.1:{self.port}")
        self.running = Running(*words, DJANGO_RUNSERVER_HIDE_WARNING="true", **settings)
        keep_reading(self.running)
        wait_until(self.answers, PATIENCE)

    def answers(self) -> bool:
        with suppress(OSError):
            return call(f"{self.address}/api/")[0] == 200
        return False

    def kill(self) -> None:
        if self.running is not None:
            self.running.kill()
            self.running = None


def emptied(postgres: PostgresServer) -> None:
    """Remove every row that the API could have written.

    A request that is still being answered may hold one table and want another: then it goes first.
    """
    with closing(
        psycopg2.connect(**postgres.address, dbname=DATABASE, options=f"-c lock_timeout={MOMENT}")
    ) as connection:
        connection.autocommit = True
        wait_until(lambda: is_emptied(connection.cursor()), PATIENCE)


def is_emptied(cursor: psycopg2.extensions.cursor) -> bool:
    """Whether nobody was in the way."""
    with suppress(psycopg2.errors.LockNotAvailable):
        cursor.execute(EMPTY)
        return True
    return False
