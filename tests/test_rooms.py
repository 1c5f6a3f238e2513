"""Which room imports which: as CONTRIBUTING.md says, and without circles."""

import ast
import graphlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from .documents import tables
from .running import ROOT

PROJECT = ROOT / "trading_system"
ROOMS = {path.parent.name for path in PROJECT.glob("*/__init__.py")}
FOLDERS = [PROJECT / room for room in sorted(ROOMS)] + [
    ROOT / "websocket_simulator" / name for name in ("feed", "venues", "watch")
]
MOST_ARROWS = 31
PURE = ("reference.currencies", "reference.options", "rest.amounts", "rest.instants", "rest.tables",
        "trades.files.rows", "trades.selection")  # fmt: skip
FILES = sorted(path.stem for path in (PROJECT / "trades/files").glob("*.py") if path.stem != "__init__")
WORLD = {"asyncio", "django", "rest_framework", "socket"}


def imported(folder: Path) -> Iterator[str]:
    """Names of the packages that the modules of a room import, besides those of its tests and migrations."""
    for file in folder.rglob("*.py"):
        if not {"tests", "migrations", "test_settings.py"} & set(file.parts):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Import):
                    yield from (alias.name.partition(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    yield (node.module or "").partition(".")[0]


def arrows() -> dict[str, set[str]]:
    rooms = {folder.name for folder in FOLDERS}
    return {folder.name: (set(imported(folder)) & rooms) - {folder.name} for folder in FOLDERS}


def test_rooms_import_what_the_picture_shows() -> None:
    [rows] = tables((ROOT / "CONTRIBUTING.md").read_text(), "room")
    shown = {room.strip("`"): set(re.findall("`(.+?)`", others)) for room, others in rows}
    assert shown == arrows()


def test_there_is_no_circle_and_few_arrows() -> None:
    assert list(graphlib.TopologicalSorter(arrows()).static_order())  # CycleError names a circle
    assert sum(map(len, arrows().values())) <= MOST_ARROWS


@pytest.mark.parametrize(
    ("modules", "world"),
    [
        (PURE, WORLD),
        ([f"trades.files.{name}" for name in FILES], WORLD - {"socket"}),  # which comes with Python's readers of XML
    ],
    ids=["pure", "files"],
)
def test_pure_modules_load_nothing_of_the_world(modules: Sequence[str], world: set[str]) -> None:
    program = f"import sys, {', '.join(modules)}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": str(PROJECT)}, capture_output=True, text=True
    )
    assert not world & set(done.stdout.split()), done.stdout
    assert "trades" in done.stdout.split(), done.stderr
