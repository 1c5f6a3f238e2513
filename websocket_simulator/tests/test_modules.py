"""What modules may import, and how they may be named."""

import ast
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1]
MODULES = [path for path in SCRIPTS.rglob("*.py") if "tests" not in path.parts]
PURE = [
    "moments.py", "notices.py", "plain_rows.py", "tick.py", "together.py",
    "feed/backlog.py", "feed/faults.py", "feed/market.py", "feed/subscription.py",
    "watch/alert.py", "watch/detector.py", "watch/exact.py", "watch/frames.py", "watch/gaps.py", "watch/grouping.py", "watch/health.py",
    "watch/kept.py", "watch/levels.py", "watch/mutes.py", "watch/newest.py", "watch/packed.py", "watch/quiet.py", "watch/recent.py",
    "watch/remembered.py", "watch/rule.py", "watch/rule_fields.py", "watch/rule_reader.py", "watch/sequence.py",
    "watch/sequence_state.py", "watch/snapshot.py", "watch/tickers.py", "watch/toml_lines.py", "watch/volumes.py", "watch/waiting.py",
    "watch/window.py",
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
