"""An hour of the whole system at ordinary load, compressed to ten minutes: nothing grows but the book."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from ..named import NamedServer
from ..production import Production, issue
from ..running import ROOT, Running, free_port
from .cases import settings_of, whole_only

Figure = Callable[[str], None]
SECONDS = 600
COMPRESSED = 6  # times as fast as an ordinary hour
EVERY = 1.0  # seconds between two looks
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}
# What a page that is left open and a trader ask for, each so many times in an hour.
ORDINARY = (
    ("GET", "/api/alerts/", None, 1800),
    ("GET", "/api/trades/?page_size=50", None, 720),
    ("GET", "/api/positions/", None, 360),
    ("GET", "/api/candles/?ticker=AAPL&interval=1m", None, 120),
    ("POST", "/api/trades/", TRADE, 240),
    ("GET", "/metrics", None, 240),
    ("GET", "/api/trades/export/?format=csv", None, 12),
    ("GET", "/api/docs/", None, 12),
)


@dataclass
class Look:
    """What there is at a moment: MB that are resident, open files, connections to the database, MB on its disk."""

    memory: float
    files: float
    connections: float
    disk: float


class System:
    """The web server, the feed and the watch, which sends its alerts to the web server."""

    def __init__(self, stack: ExitStack, base: Path, template: Path, place: Path) -> None:
        self.database = NamedServer(base, options="-c max_wal_size=32MB -c min_wal_size=32MB", template=template)
        stack.callback(self.database.remove)
        issue(place)
        self.production = Production(
            settings_of(self.database), roles=("trader", "feed"), unheard=True, certificate=place
        )
        stack.callback(self.production.server.kill)
        (place / "token").write_text(self.production.tokens["feed"])
        port, scripts = free_port(), ROOT / "websocket_simulator"
        feed = Running(sys.executable, scripts / "server.py", "--port", str(port), "--rate", str(2 * COMPRESSED))
        stack.callback(feed.kill)
        feed.read_until("feed on")
        self.watch = watch = Running(sys.executable, scripts / "client.py", "--url", f"ws://127.0.0.1:{port}", "--threshold", "0.05",
                        "--api", f"https://127.0.0.1:{self.production.port}",
                        "--api-token-file", place / "token", "--cafile", place / "ca.pem")  # fmt: skip
        stack.callback(watch.kill)
        watch.read_until("connected to")
        for program in (feed, watch):
            threading.Thread(target=lambda p=program: p.output.extend(p.process.stdout), daemon=True).start()
        self.programs = [self.production.server.process.pid, feed.process.pid, watch.process.pid]

    def ask(self, method: str, path: str, body: dict[str, str] | None) -> None:
        status, _, _ = self.production.ask(method, path, body, role="trader")
        assert status == {"POST": 201, "GET": 200}[method], path

    def count(self, path: str) -> int:
        return len(json.loads(self.production.ask("GET", f"{path}?page_size=1000", role="trader")[2])["results"])

    def processes(self) -> Iterator[psutil.Process]:
        for pid in self.programs:
            yield psutil.Process(pid)
            yield from psutil.Process(pid).children(recursive=True)

    def look(self) -> Look:
        ours = list(self.processes())
        disk = sum(path.stat().st_size for path in (self.database.place / "data").rglob("*") if path.is_file())
        return Look(
            sum(one.memory_info().rss for one in ours) / 2**20,
            sum(one.num_fds() for one in ours),
            sum(
                one.laddr.port == self.database.port and one.status == psutil.CONN_ESTABLISHED
                for one in psutil.net_connections("tcp")
            ),
            disk / 2**20,
        )


def quarter(looks: list[Look], number: int, name: str, pick: Callable[[list[float]], float]) -> float:
    part = looks[len(looks) * number // 4 : len(looks) * (number + 1) // 4]
    return pick([getattr(look, name) for look in part])


@whole_only
@pytest.mark.case("one hour of the whole system at ordinary load, compressed to ten minutes")
@pytest.mark.timeout(900)
def test_nothing_grows(
    tmp_path_factory: pytest.TempPathFactory, named_template: Path, tmp_path: Path, figure: Figure
) -> None:
    looks: list[Look] = []
    with ExitStack() as stack:
        system = System(stack, tmp_path_factory.getbasetemp(), named_template, tmp_path)
        for method, path, body, _ in ORDINARY * 20:  # every thread of every worker has seen each
            system.ask(method, path, body)
        begun = time.monotonic()
        due = [3600 / COMPRESSED / times for *_, times in ORDINARY]
        asked, look_at = 0, 0.0
        while (now := time.monotonic() - begun) < SECONDS:
            for number, (method, path, body, times) in enumerate(ORDINARY):
                if now >= due[number]:
                    due[number] += 3600 / COMPRESSED / times
                    system.ask(method, path, body)
                    asked += 1
            if now >= look_at:
                look_at += EVERY
                looks.append(system.look())
            time.sleep(0.01)
        alerts = system.count("/api/alerts/")
    assert alerts
    told = []
    for name, unit, pick, factor, more in (
        ("memory", " MB", min, 1.1, 2.0), ("files", " files", max, 1.0, 4.0),
        ("connections", " connections", max, 1.0, 2.0), ("disk", " MB on disk", min, 1.1, 4.0),
    ):  # fmt: skip
        before, after = quarter(looks, 1, name, pick), quarter(looks, 3, name, pick)
        told.append(f"{before:.0f} and {after:.0f}{unit}")
        assert after <= before * factor + more, told
    figure(
        f"{asked} requests and {alerts} alerts in {SECONDS} s; in the second and the last quarter: {', '.join(told)}"
    )
