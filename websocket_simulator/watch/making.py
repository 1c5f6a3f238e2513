"""Detectors of rules, and a watch that changes over to other rules."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from watch.detector import SpikeDetector
from watch.hours import Hours
from watch.levels import LevelDetector
from watch.rule import Kind, Rule
from watch.snapshot import rules_of
from watch.tickers import MAX_TICKERS, Detector
from watch.volumes import VolumeDetector

KINDS: Mapping[Kind, type[Detector[Any]]] = {
    "rise": SpikeDetector,
    "fall": SpikeDetector,
    "above": LevelDetector,
    "below": LevelDetector,
    "volume": VolumeDetector,
}


def detector_of(
    rule: Rule,
    say: Callable[[str], None],
    rules: Mapping[str, Rule] | None = None,
    *,
    max_tickers: int = MAX_TICKERS,
) -> Detector[Any]:
    """What finds the alerts of a rule, and of `rules` for tickers with their own; `say` gets what is not known."""
    is_open = Hours(rule.hours, say).is_open if rule.hours else None
    return KINDS[rule.kind](rule, rules, max_tickers=max_tickers, is_open=is_open)


def changed_over(old: Iterable[Detector[Any]], new: Iterable[Detector[Any]]) -> list[Detector[Any]]:
    """The new detectors; where an old one has the same rules, that one, with what it knows."""
    known = {rules_of(detector): detector for detector in old}
    kept = []
    for detector in new:
        same = known.get(rules_of(detector), detector)
        same.rule, same.rules = detector.rule, detector.rules  # which may have another severity, and other targets
        kept.append(same)
    return kept
