"""docs/reference/limits.md against the constants of the code."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from math import prod

import pytest

from .documents import tables, text
from .running import ROOT

UNITS = {"KiB": 1024, "Ki": 1024, "MiB": 1024**2, "day": 24 * 60 * 60}


def value(node: ast.AST) -> float | None:
    """The number, or the seconds, that an expression of constants stands for."""
    match node:
        case ast.Constant(int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.BinOp(left, ast.Mult(), right):
            factors = [value(left), value(right)]
            return None if None in factors else prod(factors)
        case ast.Call(ast.Name("timedelta"), [], keywords):
            return timedelta(**{word.arg: value(word.value) for word in keywords}).total_seconds()
    return None


def named_values(node: ast.AST) -> Iterator[tuple[str, float | None]]:
    """NAME = 1; A, B = 1, 2; {"name": 1}; env.whole("NAME", 1)."""
    match node:
        case ast.Assign([ast.Name(name)], expression):
            yield name, value(expression)
        case ast.Assign([ast.Tuple(names)], ast.Tuple(expressions)):
            yield from (
                (name.id, value(one))
                for name, one in zip(names, expressions, strict=True)
                if isinstance(name, ast.Name)
            )
        case ast.Dict(keys, expressions):
            yield from (
                (key.value, value(one))
                for key, one in zip(keys, expressions, strict=True)
                if isinstance(key, ast.Constant)
            )
        case ast.Call(ast.Attribute(ast.Name("env")), [ast.Constant(str() as name), default]):
            yield name, value(default)


@cache
def constants() -> dict[str, set[float | None]]:
    """The values of every constant of the code by its name, which may be used in several modules."""
    found: dict[str, set[float | None]] = defaultdict(set)
    for folder in ("trading_system", "websocket_simulator"):
        for path in (ROOT / folder).rglob("*.py"):
            if not {"tests", "migrations"} & set(path.parts):
                for node in ast.walk(ast.parse(path.read_text())):
                    for name, number in named_values(node):
                        found[name].add(number)
    return found


LIMITS = [row for table in tables(text("limits.md"), "limit") for row in table if row[3]]


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: f"{row[3].strip('`')}: {row[0]}")
def test_every_limit_that_is_named_has_its_value(row: list[str]) -> None:
    number, unit = re.fullmatch(r"([\d,]+) ?(\w*).*", row[1]).groups()
    assert float(number.replace(",", "")) * UNITS.get(unit, 1) in constants()[row[3].strip("`")]
