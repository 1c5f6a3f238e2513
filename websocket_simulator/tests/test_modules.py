"""What modules may import, and how they may be named."""

import ast
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1]
MODULES = [path for path in SCRIPTS.rglob("*.py") if "tests" not in path.parts]
PURE = [path for path in MODULES if "Pure" in (ast.get_docstring(ast.parse(path.read_text())) or "")]
IMPURE = {"asyncio", "socket", "ssl", "threading", "time", "websockets"}


@pytest.mark.parametrize("module", PURE, ids=lambda path: path.stem)
def test_modules_that_say_so_are_pure(module: Path) -> None:
    """They know no network and no clock."""
    nodes = list(ast.walk(ast.parse(module.read_text())))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert not {name.partition(".")[0] for name in imported} & IMPURE
    assert "now" not in {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_what_decides_is_pure() -> None:
    assert {"tick", "detector", "levels", "volumes", "sequence", "snapshot", "health"} <= {path.stem for path in PURE}


def test_no_module_hides_one_of_the_standard_library() -> None:
    assert len(MODULES) > 20
    assert not {path.stem for path in MODULES} & sys.stdlib_module_names
