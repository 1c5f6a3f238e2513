"""A mapping for a layout that no profile knows."""

from dataclasses import dataclass, field
from typing import Any

from .cells import Cell


@dataclass(frozen=True)
class Proposal:
    profile: dict[str, Any] = field(default_factory=dict)
    doubts: list[dict[str, Any]] = field(default_factory=list)


def header_of(rows: list[list[Cell]]) -> int | None:
    return None


def propose(header: list[str], rows: list[list[Cell]]) -> Proposal:
    return Proposal()
