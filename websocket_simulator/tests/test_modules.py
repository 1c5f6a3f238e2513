"""What modules may import, and how they may be named."""

import ast
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1]
MODULES = [path for path in SCRIPTS.rglob("*.py") if "tests" not in path.parts]
PURE = [
    "tick.py", "moments.py", "feed/backlog.py", "feed/faults.py", "feed/market.py", "feed/subscription.py",
    "watch/detector.py", "watch/sequence.py", "watch/window.py",
]  # fmt: skip
IMPURE = {"asyncio", "socket", "ssl", "threading", "time", "websockets"}


@pytest.mark.parametrize("module", PURE)
def test_pure_modules_know_no_network_and_no_clock(module: str) -> None:
    nodes = list(ast.walk(ast.parse((SCRIPTS / module).read_text())))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert not {name.partition(".")[0] for name in imported} & IMPURE
    assert "now" not in {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_no_module_hides_one_of_the_standard_library() -> None:
    assert len(MODULES) > 20
    assert not {path.stem for path in MODULES} & sys.stdlib_module_names
