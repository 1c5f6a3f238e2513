"""A backup that was restored is the same ledger."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embedded_postgres.server import PostgresServer
from embedded_postgres.tests.servers import ask

from .embedded import server_in
from .running import ROOT, Running, call, free_port

Manage = Callable[..., "subprocess.CompletedProcess[str]"]
TRADES = "ticker,price,quantity,side,timestamp,note\nAAPL,170.25000001,10,buy,2025-06-06T20:00:00Z,=1+1\n"
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
    """What is in each table, and all rules, as text."""
    tables = ask(server, TABLES).split()
    rows = {name: ask(server, f"SELECT string_agg(t::text, E'\\n' ORDER BY t::text) FROM {name} t") for name in tables}
    return {**rows, "rules": ask(server, RULES)}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[PostgresServer]:
    with server_in(tmp_path / "empty") as server:
        yield server


@pytest.fixture
def dump(manage: Manage, run: Callable[..., Running], postgres: PostgresServer, tmp_path: Path) -> Path:
    """The backup of a ledger in which a trade was added, changed, and another one deleted."""
    assert manage("migrate").returncode == 0
    (tmp_path / "trades.csv").write_text(TRADES)
    assert manage("import_trades", str(tmp_path / "trades.csv")).returncode == 0
    port = free_port()
    server = run(sys.executable, ROOT / "trading_system/manage.py", "runserver", "--noreload", str(port),
                 DATA_DIR=str(postgres.data_dir), PYTHON_DOTENV_DISABLED="1")  # fmt: skip
    server.read_until("Quit the server")
    url = f"http://127.0.0.1:{port}/api/trades/"
    _, trade = call(url, {"ticker": "MSFT", "price": "1", "quantity": "2", "side": "sell"})
    assert call(f"{url}{trade['id']}/", {"price": "1.5"}, "PATCH")[0] == 200
    assert call(f"{url}{trade['id']}/", method="DELETE")[0] == 204
    done = manage("backup", str(tmp_path / "ledger.dump"))  # while it is being served
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "ledger.dump")), done.stderr
    server.interrupt()
    return tmp_path / "ledger.dump"


def test_it_is_the_same_ledger(manage: Manage, dump: Path, postgres: PostgresServer, empty: PostgresServer) -> None:
    assert dump.stat().st_mode & 0o777 == 0o600
    done = manage("restore", str(dump), DATA_DIR=str(empty.data_dir))
    assert done.returncode == 0, done.stderr
    postgres.join()
    empty.join()
    before = content(postgres)
    assert "170.25000001" in before["trades_trade"]
    assert before["trades_tradeevent"].count("MSFT") == 2
    assert content(empty) == before
    assert "No migrations to apply" in manage("migrate", DATA_DIR=str(empty.data_dir)).stdout


def test_nothing_is_written_over(manage: Manage, dump: Path, postgres: PostgresServer) -> None:
    bytes_before = dump.read_bytes()
    again = manage("backup", str(dump))
    assert (again.returncode, again.stderr) == (1, f"CommandError: {dump} exists already\n")
    assert dump.read_bytes() == bytes_before
    into_itself = manage("restore", str(dump))
    assert into_itself.returncode == 1
    assert "has tables already" in into_itself.stderr


@pytest.mark.parametrize("kept", [0, 100, -100])
def test_a_file_that_is_cut_off_restores_nothing(manage: Manage, dump: Path, empty: PostgresServer, kept: int) -> None:
    (short := dump.with_suffix(".short")).write_bytes(dump.read_bytes()[:kept])
    done = manage("restore", str(short), DATA_DIR=str(empty.data_dir))
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: pg_restore: error: ")
    empty.join()
    assert ask(empty, TABLES) == "None"


def test_a_backup_that_fails_leaves_no_file(manage: Manage, tmp_path: Path) -> None:
    done = manage("backup", str(tmp_path / "nowhere/x.dump"))
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert not [path for path in tmp_path.iterdir() if path.name != "data"]
