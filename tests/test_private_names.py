"""Where a private name of another package changes, its test fails and says where to look.

A private name that is not in the table fails a test as well.
"""

import ast
import inspect
import os
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from .private_names import GTHREAD, NAMES, WORKER, Name, gunicorn
from .running import ROOT

SOURCES = ("trading_system", "websocket_simulator", "scripts")
DOCUMENTED = {"_meta", "_state", "_replace", "_asdict", "_fields", "_exit"}  # of Django's models, named tuples and os


def found(path: str) -> Any:
    module, _, attributes = path.partition(":")
    value = import_module(module)
    for attribute in attributes.split("."):
        value = getattr(value, attribute)
    return value


def words(code: CodeType) -> Iterator[str]:
    """Every name and text that a function's code, and the functions in it, refer to."""
    yield from (*code.co_names, *code.co_varnames)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from words(constant)
        elif isinstance(constant, str):
            yield constant


def changes(name: Name) -> str:
    """What is not as we rely on; empty where all is."""
    try:
        value = found(name.path)
    except (ImportError, AttributeError):
        return "is gone"
    if name.parameters and (is_now := str(inspect.signature(value))) != name.parameters:
        return f"has the parameters {is_now} instead of {name.parameters}"
    missing = set(name.mentions) - set(words(inspect.unwrap(value).__code__)) if name.mentions else set()
    return f"does not refer to {', '.join(sorted(missing))} any more" if missing else ""


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_it_is_as_we_rely_on(name: Name) -> None:
    change = changes(name)
    assert not change, (
        f"{name.path} of {name.package} {change}. {name.used_in} relies on it: {name.relied_on}. "
        f"Installed is {version(name.package)}, last compared was {name.tried}: read its changes, then {name.used_in}."
    )


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (gunicorn(f"{GTHREAD}ThreadWorker.gone", WORKER, "called"), "is gone"),
        (gunicorn(f"{GTHREAD}ThreadWorker.accept", WORKER, "replaced", "(self)"),
         "has the parameters (self, listener) instead of (self)"),
        (gunicorn(f"{GTHREAD}ThreadWorker.run", WORKER, "calls", "(self)", "murder_all"), "does not refer to murder_all any more"),
    ],
)  # fmt: skip
def test_a_change_is_seen(name: Name, change: str) -> None:
    assert changes(name) == change


@pytest.mark.parametrize("package", ["gunicorn", "honcho", "websockets"])
def test_what_we_override_was_compared_in_the_pinned_version(package: str) -> None:
    names = [name for name in NAMES if name.package == package]
    [tried] = {name.tried for name in names}
    assert f"{package}=={tried} " in (ROOT / "requirements.txt").read_text(), (
        f"our code was last compared with {package} {tried}: read what has changed in "
        f"{', '.join(map(str, names))}, then write the pinned version here"
    )


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in SOURCES:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "tests" not in file.parts:
                yield file, ast.parse(file.read_text())


def is_private(name: str) -> bool:
    return bool(re.fullmatch("_[a-z][a-z_]*", name)) and name not in DOCUMENTED


def own_names(module: ast.Module) -> set[str]:
    """Private names that a module of ours defines."""
    functions = {node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    stored = {
        node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    return functions | stored


def foreign_names(module: ast.Module) -> Iterator[str]:
    """Private names that it reads of others: attributes, and texts as getattr() and get() take them."""
    ours = own_names(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            if node.attr not in ours or ast.unparse(node.value) == "super()":
                yield node.attr
        elif isinstance(node, ast.Call) and re.search(
            r"(getattr|hasattr|setattr|\.get|\.pop)$", ast.unparse(node.func)
        ):
            texts = [word.value for word in node.args if isinstance(word, ast.Constant) and isinstance(word.value, str)]
            yield from filter(is_private, texts)


def test_the_table_has_every_private_name_that_we_use() -> None:
    modules = dict(sources())
    known = {word for name in NAMES for word in (*name.path.split(":")[1].split("."), *name.mentions)}
    used = {name: file for file, module in modules.items() for name in foreign_names(module)}
    assert {"_start", "_all_started", "_processes", "_cached_user"} <= used.keys()
    unknown = {name: os.path.relpath(file, ROOT) for name, file in used.items() if name not in known}
    assert not unknown, f"private names of other packages: {unknown}; do without them, or add them to NAMES"
