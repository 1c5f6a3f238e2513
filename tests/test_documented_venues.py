"""docs/reference/venues.md against the venues."""

import re

import pytest

from venues.alpaca import VARIANTS
from venues.conditions import CTA, PASSING, POLYGON, UTP
from venues.finnhub import WITHOUT_PRICE
from venues.registry import NAMES, venue_of

from .documents import text

PAGE = text("venues.md")


def test_limits_are_those_of_the_code() -> None:
    seen = set()
    for line in PAGE.partition("## Limits by venue")[2].partition("## ")[0].splitlines()[5:]:
        if not line.startswith("| `"):
            continue
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        seen.add(name.strip("`"))
        limits = venue_of(name.strip("`")).limits
        shown = [float(cell) if cell else None for cell in cells]
        assert shown == [
            limits.symbols_per_connection, limits.symbols_per_frame, limits.frames_per_second, limits.connections,
            limits.first_delay, limits.lifetime, limits.silence, limits.ping_every,
        ], name  # fmt: skip
    assert seen == {*NAMES, *(f"alpaca:{variant}" for variant in VARIANTS if variant != "iex")}


@pytest.mark.parametrize("name", NAMES)
def test_address_and_documentation_of_each_are_named(name: str) -> None:
    venue = venue_of(name)
    assert f"`{venue.shown}`" in PAGE
    assert f"({venue.documentation})" in PAGE
    assert all(f"`{key}`" in PAGE for key in venue.keys)


def test_conditions_are_those_of_the_code() -> None:
    section = PAGE.partition("## Conditions")[2].partition("## ")[0]
    shown: list[set[tuple[str, str]]] = [set(), set(), set(), set()]
    for line in section.splitlines():
        if line.startswith("| ") and not line.startswith("| condition"):
            name, *columns = (cell.strip() for cell in line.strip("|").split("|"))
            for found, column in zip(shown, columns, strict=True):
                found.update((code, name) for code in re.findall("`(.+?)`", column))
    tapes = [
        {(code, one.name) for code, one in table.items() if one.effect in PASSING} for table in (CTA, UTP, POLYGON)
    ]
    assert shown == [*tapes, set(WITHOUT_PRICE.items())]
