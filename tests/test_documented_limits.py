"""docs/reference/limits.md against the constants of the code."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from math import prod

import pytest

from rest.body_sizes import MAX_UPLOAD, MIB

from .documents import tables, text
from .running import ROOT

UNITS = {"KiB": 1024, "Ki": 1024, "MiB": 1024**2, "day": 24 * 60 * 60}


Known = dict[str, float | None]


def value(node: ast.AST, known: Known) -> float | None:
    """The number, or the seconds, that an expression of constants stands for; `known` are those before it."""
    match node:
        case ast.Constant(int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.Name(name):
            return known.get(name)
        case ast.BinOp(left, ast.Mult(), right):
            factors = [value(left, known), value(right, known)]
            return None if None in factors else prod(factors)
        case ast.Call(ast.Name("timedelta"), [], keywords):
            parts = {word.arg: value(word.value, known) for word in keywords}
            return None if None in parts.values() else timedelta(**parts).total_seconds()
    return None


def named(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """NAME = 1; A, B = 1, 2; {"name": 1}; env.whole("NAME", 1)."""
    match node:
        case ast.Assign([ast.Name() as name], expression):
            yield name, expression
        case ast.Assign([ast.Tuple(names)], ast.Tuple(expressions)):
            yield from zip(names, expressions, strict=True)
        case ast.Dict(keys, expressions):
            yield from zip((key for key in keys if key), expressions, strict=False)
        case ast.Call(ast.Attribute(ast.Name("env")), [ast.Constant(str()) as name, default]):
            yield name, default


def module_constants(module: ast.Module) -> Known:
    known: Known = {}
    for node in ast.walk(module):
        for name, expression in named(node):
            text_of = getattr(name, "id", None) or getattr(name, "value", None)
            if isinstance(text_of, str) and (number := value(expression, known)) is not None:
                known[text_of] = number
    return known


@cache
def constants() -> dict[str, set[float | None]]:
    """The values of every constant of the code by its name, which may be used in several modules."""
    found: dict[str, set[float | None]] = defaultdict(set)
    for folder in ("trading_system", "websocket_simulator"):
        for path in (ROOT / folder).rglob("*.py"):
            if not {"tests", "migrations"} & set(path.parts):
                for name, number in module_constants(ast.parse(path.read_text())).items():
                    found[name].add(number)
    return found


LIMITS = [row for table in tables(text("limits.md"), "limit") for row in table if row[3]]


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: f"{row[3].strip('`')}: {row[0]}")
def test_every_limit_that_is_named_has_its_value(row: list[str]) -> None:
    number, unit = re.fullmatch(r"([\d,]+) ?(\w*).*", row[1]).groups()
    documented, name = float(number.replace(",", "")) * UNITS.get(unit, 1), row[3].strip("`")
    assert documented in constants()[name], f"{name} is {constants()[name] or 'nowhere'}"


def test_nginx_lets_through_what_the_ledger_takes() -> None:
    nginx = (ROOT / "docs/how-to/nginx.conf").read_text()
    assert [int(size) * MIB for size in re.findall(r"client_max_body_size (\d+)m;", nginx)] == [MAX_UPLOAD]
