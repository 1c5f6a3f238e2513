"""Faults that are really injected. A test stands for one of the cases of `make faults`, and tells the figure it measured.

Each has a short form, which every test run has, and a whole one: FAULTS=whole. Those that take their time whatever
they do, a soak and an overload, have the whole one alone.
"""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

from ..named import NamedServer
from ..production import Production
from ..running import ROOT

WHOLE = os.environ.get("FAULTS") == "whole"
whole_only = pytest.mark.skipif(not WHOLE, reason="it takes minutes: make faults")
REPORT = ROOT / "build/faults.json"
ROLES = ("viewer", "trader", "feed", "admin")
Size = TypeVar("Size")


def of(short: Size, whole: Size) -> Size:
    return whole if WHOLE else short


@pytest.fixture
def figure(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tells what was measured of the test's case."""
    record_property("case", request.node.get_closest_marker("case").args[0])
    return lambda text: record_property("figure", text)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of `make faults`, and the same as JSON."""
    if not WHOLE:
        return
    rows = []
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            told = dict(getattr(report, "user_properties", []))
            if "case" in told and (report.when == "call" or outcome == "error"):
                figure = told.get("figure", "no figure: it failed before")
                rows.append({"case": told["case"], "figure": figure, "passed": outcome == "passed"})
    rows.sort(key=lambda row: str(row["case"]))
    terminalreporter.write_line("\n| case | figure | passed |\n|---|---|---|")
    for row in rows:
        terminalreporter.write_line(f"| {row['case']} | {row['figure']} | {'yes' if row['passed'] else 'NO'} |")
    REPORT.parent.mkdir(exist_ok=True)
    (beside := REPORT.with_suffix(f".{os.getpid()}")).write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    beside.rename(REPORT)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NamedServer]:
    """A PostgreSQL for faults. It may be killed, but has to be there again in the end."""
    server = NamedServer(tmp_path_factory.getbasetemp())
    yield server
    server.remove()


@pytest.fixture(scope="session")
def production(database: NamedServer) -> Iterator[Production]:
    """The ledger on it, with a token for each role; likewise."""
    running = Production(settings_of(database), roles=ROLES, unheard=True)
    yield running
    running.server.kill()


def settings_of(database: NamedServer) -> dict[str, str]:
    return {**database.settings, "DEBUG": "false", "SECRET_KEY": "between these tests and the server" * 2,
            "ALLOWED_HOSTS": "127.0.0.1", "LOG_LEVEL": "warning", "LOGINS_PER_MINUTE": "1000"}  # fmt: skip
