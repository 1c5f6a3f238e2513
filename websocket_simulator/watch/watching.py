"""The detector that a rule needs, by its kind and hours."""

from collections.abc import Callable
from typing import Any

from watch.detector import SpikeDetector
from watch.hours import Hours
from watch.levels import LevelDetector
from watch.rule import Rule
from watch.tickers import Detector
from watch.volumes import VolumeDetector

KINDS: dict[str, Callable[..., Detector[Any]]] = {
    "rise": SpikeDetector,
    "fall": SpikeDetector,
    "above": LevelDetector,
    "below": LevelDetector,
    "volume": VolumeDetector,
}


def detector_of(rule: Rule, *, max_tickers: int, say: Callable[[str], None]) -> Detector[Any]:
    """One that finds what the rule asks for; `say` gets a line if its hours are not known. Raises ValueError."""
    is_open = Hours(rule.hours, say).is_open if rule.hours else None
    return KINDS[rule.kind](rule, max_tickers=max_tickers, is_open=is_open)
