"""Faults that are really injected. A test stands for one of the cases of `make faults`, and tells the figure it measured.

Each has a short form, which every test run has, and a whole one: FAULTS=whole. Those that take their time whatever
they do, a soak and an overload, have the whole one alone.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..named import NamedServer
from ..production import Production
from ..running import ROOT
from .cases import ROLES, WHOLE, settings_of

REPORT = ROOT / "build/faults.json"


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
def database(tmp_path_factory: pytest.TempPathFactory, named_template: Path) -> Iterator[NamedServer]:
    """A PostgreSQL for faults. It may be killed, but has to be there again in the end."""
    server = NamedServer(tmp_path_factory.getbasetemp(), template=named_template)
    yield server
    server.remove()


@pytest.fixture(scope="session")
def production(database: NamedServer) -> Iterator[Production]:
    """The ledger on it, with a token for each role; likewise."""
    running = Production(settings_of(database), roles=ROLES, unheard=True)
    yield running
    running.server.kill()
