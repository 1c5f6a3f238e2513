"""The ledger as it is and as it was: each build with its code, a database of its own, and a token."""

import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ledger.book import Book, fill
from ledger.programs import ROOT, Program, guarded, serve
from report import BUILD

BEFORE = "400b13e"  # the revision that we measure ourselves against
SIZE = 200_000  # trades: a page takes as long among more
NOT_THERE = f"this copy of the repository has no revision {BEFORE}"


@dataclass(frozen=True)
class Build:
    """A checkout, and the environment in which it is served as in production."""

    root: Path
    environment: Mapping[str, str]

    def manage(self, *words: str) -> str:
        """What a command of its manage.py prints."""
        command = [sys.executable, str(self.root / "trading_system/manage.py"), *words]
        done = subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE, text=True)
        return str(done.stdout).strip()


@dataclass(frozen=True)
class Target:
    """A server that runs, and the headers of requests to it."""

    program: Program
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def served(build: Build, *options: str) -> Iterator[Target]:
    """The build as `make serve` serves it, with a token that may read and write."""
    build.manage("collectstatic", "--noinput", "-v0")
    token = build.manage("create_token", "benchmark", "--role", "trader")
    with serve(build.root, build.environment, *options) as program:
        yield Target(program, {"Authorization": f"Token {token}", "X-Forwarded-Proto": "https"})


def ready(root: Path, database: str) -> Build:
    """The build of a checkout, with the tables that it makes itself, and SIZE trades."""
    Book(0, "postgres").connect().cursor().execute(f"CREATE DATABASE {database}")
    build = Build(root, {**guarded(), "DB_NAME": database})
    build.manage("migrate", "-v0")
    fill(Book(SIZE, database))
    return build


@contextmanager
def before() -> Iterator[Build | None]:
    """The build of BEFORE; None if the repository does not go back so far, as a shallow clone does not."""
    packed = subprocess.run(["git", "-C", ROOT, "archive", BEFORE], capture_output=True, check=False)
    if packed.returncode:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="bench-ledger-", dir=BUILD) as folder:
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        yield ready(Path(folder), "before")
