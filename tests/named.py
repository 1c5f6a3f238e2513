"""A PostgreSQL server as others have one: it listens on a port, wants a password, and can be made to suffer."""

import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg2

from embedded_postgres.programs import account_for, programs_for

from .running import PASSWORD, free_port

START = "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c log_connections=on {more}"


class NamedServer:
    """Started where it is made, in a private directory of the account that PostgreSQL runs as, or in `place`.

    It is new, or begins as `template`, the place of one that is stopped.
    """

    def __init__(self, base: Path, place: Path | None = None, options: str = "", template: Path | None = None) -> None:
        self.account = account_for(base)
        self.place = place or self.account.make_private_directory(Path(tempfile.gettempdir()))
        self.programs, self.port, self.options = programs_for(self.account), free_port(), options
        os.chown(self.place, *self.account)
        if template:
            subprocess.run(["cp", "-a", template / "data", self.place], check=True)
        else:
            self.make_data()
        self.start()

    def make_data(self) -> None:
        (self.place / "password").write_text(PASSWORD)
        os.chown(self.place / "password", *self.account)
        self.execute("initdb", "-D", "data", "-U", "owner", "--auth=scram-sha-256", "--pwfile=password",
                     "--encoding=UTF8", "--locale=C", "--no-sync")  # fmt: skip

    @property
    def log(self) -> Path:
        return self.place / "log"

    @property
    def settings(self) -> dict[str, str]:
        """The DB_* that lead to it."""
        return {"DB_NAME": "postgres", "DB_USER": "owner", "DB_PASSWORD": PASSWORD,
                "DB_HOST": "127.0.0.1", "DB_PORT": str(self.port)}  # fmt: skip

    def execute(self, program: str, *arguments: str, check: bool = True) -> int:
        return subprocess.run(
            [self.programs / program, *arguments], cwd=self.place, check=check, stdout=subprocess.DEVNULL,
            stderr=None if check else subprocess.DEVNULL, **self.account.identity(),
        ).returncode  # fmt: skip

    def administer(self, *statements: str) -> None:
        """Have the owner's statements executed, each by itself."""
        address = {name.removeprefix("DB_").lower(): text for name, text in self.settings.items()}
        connection = psycopg2.connect(dbname=address.pop("name"), **address)
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.close()

    def start(self, *, check: bool = True) -> int:
        options = START.format(port=self.port, more=self.options)
        return self.execute("pg_ctl", "start", "-D", "data", "-l", "log", "-o", options, check=check)

    def kill(self) -> None:
        """With SIGKILL, as a lack of memory would; its children end when they notice."""
        postmaster = int((self.place / "data/postmaster.pid").read_text().split()[0])
        family = psutil.Process(postmaster).children(recursive=True)
        os.kill(postmaster, signal.SIGKILL)
        for child in family:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(family, timeout=30)

    def stop(self, mode: str = "immediate") -> None:
        self.execute("pg_ctl", "stop", "-D", "data", f"--mode={mode}", check=False)

    def remove(self) -> None:
        self.stop()
        subprocess.run(["rm", "-rf", self.place], check=True)
