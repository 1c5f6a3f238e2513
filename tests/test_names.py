"""A module and what is in it have different names: `from row import row` would hide the one behind the other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("trading_system", "websocket_simulator", "scripts", "benchmarks")
# `function name(`, `export async function name(`, `export const name = (…) =>`, at the beginning of a line.
FUNCTION = re.compile(
    r"^(?:export )?(?:(?:async )?function\*? (\w+)|const (\w+) = (?:async )?(?:\([^=]*\)|\w+) =>)", re.M
)


def modules(suffix: str) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            if not {"tests", "vendor"} & set(path.parts):
                yield path


def functions_of(path: Path) -> set[str]:
    """The functions at the top of a module."""
    if path.suffix == ".js":
        return {one or other for one, other in FUNCTION.findall(path.read_text())}
    nodes = ast.parse(path.read_text()).body
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(("suffix", "least"), [(".py", 150), (".js", 30)])
def test_no_function_has_the_name_of_its_module(suffix: str, least: int) -> None:
    found = {path: functions_of(path) for path in modules(suffix)}
    assert len(found) > least
    assert not [path for path, names in found.items() if re.sub(r"-(\w)", lambda m: m[1].upper(), path.stem) in names]


@pytest.mark.parametrize(
    "line", ["export function row(trade) {", "const row = (trade) => 1;", "async function row() {"]
)
def test_functions_of_scripts_are_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "row.js").write_text(f"// A row.\n\n{line}\n")
    assert functions_of(tmp_path / "row.js") == {"row"}
