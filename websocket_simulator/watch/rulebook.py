"""Where a watch's rules come from: a file, the ledger, or the command line where neither has any."""

import argparse
from collections.abc import Callable
from typing import Any

from watch.arguments import rules
from watch.ledger_rules import LedgerRules
from watch.making import detector_of
from watch.mutes import Mutes
from watch.rule import Rule
from watch.rules_file import Rules, RulesFile
from watch.tickers import Detector


class Rulebook:
    """`file` and `ledger` are None where rules do not come from there; `log` gets what is said of hours."""

    def __init__(
        self,
        options: argparse.Namespace,
        log: Callable[[str], None],
        file: RulesFile | None = None,
        ledger: LedgerRules | None = None,
    ) -> None:
        self.options, self.log, self.file, self.ledger = options, log, file, ledger
        self.now, self.source = self._read()  # the rules, and in words where they come from
        self._is_asked = False

    def ask(self) -> None:
        """Look again soon, whether or not it seems to have changed."""
        self._is_asked = True
        if self.ledger:
            self.ledger.ask()

    def changed(self) -> Rules | None:
        """The rules and mutes, if there are others now, or they come from elsewhere; called by a thread."""
        is_asked, self._is_asked = self._is_asked, False
        if self.file and self.file.changed(asked=is_asked) is None:
            return None
        before = self.now, self.source
        self.now, self.source = self._read()
        return self.now if (self.now, self.source) != before else None

    def mutes(self) -> Mutes:
        """What nobody is told at present."""
        return Mutes(self.now.mutes, self.ledger.now.snoozes if self.ledger else ())

    def detectors(self) -> list[Detector[Any]]:
        """Detectors of all rules, which know nothing yet."""
        pairs: list[tuple[Rule, dict[str, Rule]]] = [(rule, {}) for rule in self.now.rules] or rules(self.options)
        return [detector_of(rule, self.log, own, max_tickers=self.options.max_tickers) for rule, own in pairs]

    def _read(self) -> tuple[Rules, str]:
        if self.file:
            return self.file.now, str(self.file.path)
        said = self.ledger.now if self.ledger else None
        return (Rules(said.rules), said.source) if said and said.rules else (Rules(()), "the command line")
