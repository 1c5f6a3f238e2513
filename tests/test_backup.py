"""A backup that was restored is the same ledger, but for those who follow its changes."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embedded_postgres.server import PostgresServer
from embedded_postgres.tests.servers import ask

from .embedded import copy, server_in
from .managed import manage
from .running import ROOT, Running, call, clean_environment, free_port

TRADES = "ticker,price,quantity,side,timestamp,note\nAAPL,170.25000001,10,buy,2025-06-06T20:00:00Z,=1+1\n"
CANDLE = {
    "ticker": "XRP-ETH", "timestamp": "2025-06-06T20:00:00Z", "open": "0.0010", "high": "0.0012", "low": "0.0010",
    "close": "0.0012", "volume": None, "ticks": 2, "gap": False, "first": "2025-06-06T20:00:01Z", "last": "2025-06-06T20:00:02Z",
}  # fmt: skip
TABLES = """
    SELECT string_agg(format('%I', relname), ' ' ORDER BY relname) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
# Checks by their names: PostgreSQL puts `side IN (…)` in other words when it has been written and read once more.
RULES = """
    SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
        SELECT conrelid::regclass || conname || contype::text FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT oid::regprocedure::text || coalesce(prosrc, '') FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT schemaname || sequencename || coalesce(last_value::text, '') FROM pg_sequences
    ) AS everything (line)
"""


def content(server: PostgresServer) -> dict[str, str]:
    """What is in each table, and all rules, as text. Ids of transactions are another server's, and so is the name."""
    tables = [name for name in ask(server, TABLES).split() if name != "trades_ledger"]
    row = "to_jsonb(t) - 'xid' - 'pgh_xid'"
    rows = {
        name: ask(server, f"SELECT string_agg(({row})::text, E'\\n' ORDER BY {row}) FROM {name} t") for name in tables
    }
    return {**rows, "rules": ask(server, RULES)}


Manage = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[PostgresServer]:
    with server_in(tmp_path / "empty") as server:
        yield server


@pytest.fixture(scope="module")
def still_empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """For tests that end with nothing in it."""
    with server_in(tmp_path_factory.mktemp("still") / "empty") as server:
        yield server


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, template: PostgresServer) -> Iterator[PostgresServer]:
    """The server that is backed up; no test changes it."""
    with server_in(tmp_path_factory.mktemp("ledger") / "data") as server:
        copy(template, server)
        yield server


@pytest.fixture(scope="module")
def ask_manage(ledger: PostgresServer) -> Manage:
    def run(*words: str, server: PostgresServer = ledger) -> "subprocess.CompletedProcess[str]":
        return manage(*words, environment=clean_environment(DATA_DIR=str(server.data_dir)))

    return run


@pytest.fixture(scope="module")
def dump(ask_manage: Manage, ledger: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup of a ledger in which a trade was added, changed, and another one deleted."""
    place, port = tmp_path_factory.mktemp("backup"), free_port()
    (place / "trades.csv").write_text(TRADES)
    assert ask_manage("import_trades", str(place / "trades.csv")).returncode == 0
    server = Running(sys.executable, ROOT / "trading_system/manage.py", "runserver", "--noreload", str(port),
                     DATA_DIR=str(ledger.data_dir))  # fmt: skip
    try:
        server.read_until("Quit the server")
        url = f"http://127.0.0.1:{port}/api/trades/"
        _, trade = call(url, {"ticker": "MSFT", "price": "1", "quantity": "2", "side": "sell"})
        assert call(f"{url}{trade['id']}/", {"price": "1.5"}, "PATCH")[0] == 200
        assert call(f"{url}{trade['id']}/", method="DELETE")[0] == 204
        assert call(f"http://127.0.0.1:{port}/api/market/candles/", [CANDLE])[0] == 200
        done = ask_manage("backup", str(place / "ledger.dump"))  # while it is being served
        assert (done.returncode, done.stdout.strip()) == (0, str(place / "ledger.dump")), done.stderr
        server.interrupt()
    finally:
        server.kill()
    return place / "ledger.dump"


def test_it_is_the_same_ledger(ask_manage: Manage, dump: Path, ledger: PostgresServer, empty: PostgresServer) -> None:
    assert dump.stat().st_mode & 0o777 == 0o600
    done = ask_manage("restore", str(dump), server=empty)
    assert done.returncode == 0, done.stderr
    ledger.join()
    empty.join()
    before = content(ledger)
    assert "170.25000001" in before["trades_trade"]
    assert before["trades_tradeevent"].count("MSFT") == 2
    assert "0.0010" in before["market_candle"]
    assert "0.0012" in before["market_lastprice"]
    assert content(empty) == before
    assert ask(empty, "SELECT DISTINCT xid FROM trades_trade") == "3"
    assert ask(empty, "SELECT uuid FROM trades_ledger") != ask(ledger, "SELECT uuid FROM trades_ledger")
    assert "No migrations to apply" in ask_manage("migrate", server=empty).stdout


def test_nothing_is_written_over(ask_manage: Manage, dump: Path) -> None:
    bytes_before = dump.read_bytes()
    again = ask_manage("backup", str(dump))
    assert (again.returncode, again.stderr) == (1, f"CommandError: {dump} exists already\n")
    assert dump.read_bytes() == bytes_before
    into_itself = ask_manage("restore", str(dump))
    assert into_itself.returncode == 1
    assert "has tables already" in into_itself.stderr


@pytest.mark.parametrize("kept", [0, 100, -100])
def test_a_file_that_is_cut_off_restores_nothing(
    ask_manage: Manage, dump: Path, still_empty: PostgresServer, tmp_path: Path, kept: int
) -> None:
    (short := tmp_path / "short").write_bytes(dump.read_bytes()[:kept])
    done = ask_manage("restore", str(short), server=still_empty)
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: pg_restore: error: ")
    still_empty.join()
    assert ask(still_empty, TABLES) == "None"


def test_a_backup_that_fails_leaves_no_file(ask_manage: Manage, tmp_path: Path) -> None:
    done = ask_manage("backup", str(tmp_path / "nowhere/x.dump"))
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert not list(tmp_path.iterdir())
