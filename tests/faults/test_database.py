"""A database that cannot: its disk is full, its directory cannot be written, or it has no connection left."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import psycopg2.extensions
import pytest

from ..named import NamedServer
from ..production import Production
from .cases import of, settings_of
from .writers import Writers, kept

Figure = Callable[[str], None]
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}
DISK = 150  # MB
LEAST = 100_000  # bytes of the ballast's last pieces
SMALL = "-c max_wal_size=32MB -c min_wal_size=32MB"


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of DISK MB, which the kernel lets root alone make; whoever is not makes it in a namespace."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=0755", "tmpfs", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk: Path) -> Path:
    """Leave no byte; the file that takes them all is returned."""
    ballast, piece = disk / "ballast", 1 << 20
    with ballast.open("wb", buffering=0) as file:
        while piece >= LEAST // 100:
            try:
                file.write(bytes(piece))
            except OSError:
                piece //= 2
    return ballast


def ask_until(production: Production, wanted: int, database: NamedServer) -> float:
    """Seconds until a trade is answered so. PostgreSQL is started again if it has given up."""
    begun = time.monotonic()
    while (status := production.ask("POST", "/api/trades/", TRADE, role="trader")[0]) != wanted:
        assert status in (201, 503)
        assert time.monotonic() < begun + 60
        database.start(check=False)
    return time.monotonic() - begun


@pytest.mark.case("disk full for PostgreSQL")
@pytest.mark.timeout(600)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_a_full_disk(
    tmp_path_factory: pytest.TempPathFactory, named_template: Path, tmp_path: Path, figure: Figure
) -> None:
    with ExitStack() as stack:
        (tmp_path / "disk").mkdir()
        disk = stack.enter_context(small_disk(tmp_path / "disk"))
        (disk / "server").mkdir()
        for parent in (tmp_path, *tmp_path.parents[:3]):
            parent.chmod(0o755)
        base = tmp_path_factory.getbasetemp()
        database = NamedServer(base, disk / "server", SMALL, named_template)
        stack.callback(database.stop)
        production = Production(settings_of(database), unheard=True)
        stack.callback(production.server.kill)
        writers = Writers(production)
        writers.wait_for(50)
        refused = 0
        for _ in range(of(1, 5)):
            before = writers.statuses[503]
            ballast = fill(disk)
            while writers.statuses[503] == before:
                time.sleep(0.1)
            ballast.unlink()
            ask_until(production, 201, database)
            writers.wait_for(20)
            refused += writers.statuses[503] - before
        writers.stop()
        assert set(writers.statuses) <= {201, 503}
        found = kept(production)
        assert {key: found[key] for key in writers.answered} == dict.fromkeys(writers.answered, 1)
        figure(f"{of(1, 5)} times; {refused} times 503, nothing else; recovers by itself; {len(writers.answered)} trades "
               "answered, all there, each once")  # fmt: skip


@pytest.mark.case("read-only data directory of PostgreSQL")
@pytest.mark.timeout(300)
def test_a_directory_that_cannot_be_written(database: NamedServer, production: Production, figure: Figure) -> None:
    before = sum(kept(production).values())
    assert production.ask("POST", "/api/trades/", TRADE, role="trader")[0] == 201
    database.stop()
    modes = {path: path.stat().st_mode for path in (database.place / "data").rglob("*")}
    try:
        for path, mode in modes.items():
            path.chmod(mode & ~0o222)
        (database.place / "data").chmod(0o500)
        assert database.start(check=False) != 0
        begun = time.monotonic()
        status, headers, body = production.ask("POST", "/api/trades/", TRADE, role="trader")
        seconds = time.monotonic() - begun
        assert (status, headers["retry-after"], b"cannot be reached" in body) == (503, "1", True)
        assert seconds < 2
    finally:
        (database.place / "data").chmod(0o700)
        for path, mode in modes.items():
            with suppress(FileNotFoundError):
                path.chmod(mode)
    database.start()
    assert production.ask("POST", "/api/trades/", TRADE, role="trader")[0] == 201
    assert sum(kept(production).values()) == before + 2
    figure(f"503 after {seconds * 1000:.0f} ms; recovers; nothing lost")


@pytest.mark.case("connection 101 to PostgreSQL")
@pytest.mark.timeout(300)
def test_a_server_without_a_connection_left(database: NamedServer, production: Production, figure: Figure) -> None:
    for worker in psutil.Process(production.server.process.pid).children():
        worker.kill()  # and with it the connections that it has
    address = {name.removeprefix("DB_").lower(): text for name, text in database.settings.items()}
    address["dbname"] = address.pop("name")
    held: list[psycopg2.extensions.connection] = []
    with ExitStack() as stack:
        with suppress(psycopg2.OperationalError):  # "too many clients already"
            while True:
                held.append(psycopg2.connect(**address))
                stack.callback(held[-1].close)
        begun = time.monotonic()
        status, headers, _ = production.ask("POST", "/api/trades/", TRADE, role="trader")
        seconds = time.monotonic() - begun
        assert (status, headers["retry-after"]) == (503, "1")
        assert seconds < 2
    begun = time.monotonic()
    while production.ask("POST", "/api/trades/", TRADE, role="trader")[0] != 201:
        assert time.monotonic() < begun + 10
    figure(f"after {len(held)} connections: 503 after {seconds * 1000:.0f} ms; recovers")
