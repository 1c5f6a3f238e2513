"""The parts of the client, put together as the command line says."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from credentials import Credentials
from watch.arguments import own_rules, state_of
from watch.candle_parts import CandleParts
from watch.connection import name_of, query_of
from watch.delivery import SINK as LEDGER
from watch.delivery import Delivery
from watch.history import History
from watch.keeper import Keeper
from watch.ledger_rules import LedgerRules
from watch.making import changed_over
from watch.notify import Notifier
from watch.outbox import Outbox
from watch.printing import SINK as STDOUT
from watch.printing import Printer
from watch.rule import Rule
from watch.rulebook import Rulebook
from watch.rules_file import Rules, RulesFile
from watch.state import Watch
from watch.targets import MAX_TARGETS, Target, TargetError, targets_of
from watch.telling import Teller
from watch.watch_metrics import WatchReadings, serve_metrics

if TYPE_CHECKING:
    from watch.live import LiveView


class Parts:
    """What a client consists of. `write` prints a line, and `log` gets what is said of its state.

    `begin` starts what runs beside the watch, `finish` is for a watch that did not fail, and `end` for every one.
    """

    def __init__(
        self,
        options: argparse.Namespace,
        log: Callable[[str], None],
        write: Callable[[str], None],
        view: "LiveView | None",
    ) -> None:
        self.options, self.log = options, log
        is_live = not options.replay
        self.state = state_of(options) if is_live else None
        credentials = Credentials(options.api_token_file, options.cafile)
        self.base = [STDOUT, LEDGER] if options.api else [STDOUT]
        self.ledger: LedgerRules | None = None
        if options.api and is_live and not options.rules and not own_rules(options):
            self.ledger = LedgerRules(options.api, self._beside("rules"), log, History(), credentials)
        self.rulebook = Rulebook(options, log, RulesFile(options.rules, log) if options.rules else None, self.ledger)
        self.named: dict[str, tuple[Target, ...]] = {}  # what is written as a target in the rules, and what it names
        self._read_targets(self.rulebook.now)
        self.outbox = Outbox(self._beside("outbox"), self._sinks(), log)  # which drops what waits for another sink
        self.notifier = Notifier(self.outbox, log)
        printer = Printer(self.outbox, write, as_json=options.json)
        self.teller = Teller(self.outbox, printer, view, self._sinks_of, is_live=is_live)
        self.teller.mutes = self.rulebook.mutes
        self.delivery = Delivery(options.api, self.outbox, log, credentials, self._answered) if options.api else None
        self.market = CandleParts(options.api, log, credentials) if options.api and is_live else None
        self.watch = self._watch(partial(datetime.now, UTC) if is_live else None)
        self.keeper: Keeper | None = None
        self._sent = ""  # what the ledger and the notifiers got, as the end of a line
        self._end_metrics: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """Start, and go on from what an earlier life knew."""
        self._say_rules()
        if self.state:
            keeper = Keeper(self.state, name_of(self.options.url), self.log, lambda: self.outbox.is_kept)
            keeper.load(self.watch)
            self.keeper = keeper  # from here on the file may be replaced: a watch that has read half of it must not
            self.teller.telling = partial(keeper.alerted, self.watch)
        self.watch.began_anew = self.outbox.forget
        self.notifier.use(self.options.notify, self.named)
        self.outbox.start()
        if self.options.metrics:
            readings = WatchReadings(
                self.watch, self._waiting, lambda: self.outbox.dropped, lambda: self.teller.muted,
                lambda: self.teller.withdrawn,
            )  # fmt: skip
            port, self._end_metrics = serve_metrics(self.options.metrics, readings)
            self.log(f"metrics on http://{self.options.metrics[0]}:{port}/metrics")
        for part in (self.delivery, self.market, self.ledger):
            if part:
                part.start()
        self.teller.show_what_was_left()

    def look(self) -> None:
        """Tell what is due although no tick comes."""
        self.watch.let_time_pass()
        self.teller.step()
        if self.market:
            self.market.look(self.watch)

    def use(self, rules: Rules) -> None:
        """Change over to other rules; what is known of those that stay is kept."""
        self.watch.detectors = changed_over(self.watch.detectors, self.rulebook.detectors())
        self._read_targets(rules)
        self.outbox.use(self._sinks())
        self.notifier.use(self.options.notify, self.named)
        self._say_rules()

    def finish(self, *, has_ended: bool) -> None:
        """Print the rest; if the feed, or the recording, has come to its end, tell and send all that waits."""
        if has_ended:
            self.watch.finish()
        self.teller.printer.close()
        if not has_ended:
            return
        if self.delivery:
            self.delivery.drain()
        if self.market:
            self.market.finish(self.watch)
        self.notifier.drain()
        if self.keeper:
            self.keeper.discard()
            self.keeper = None
            self.outbox.forget()

    def end(self) -> None:
        """End what runs beside the watch; what is left is tried once more, and kept."""
        self._end_metrics()
        if self.market:
            self.market.hurry(self.watch)
        if self.ledger:
            self.ledger.end()
        if self.delivery:
            self.delivery.end()
        self.notifier.end()
        self._sent = self.market.end() if self.market else ""
        self._sent += (self.delivery.summary() if self.delivery else "") + self.notifier.summary()
        if self.keeper:
            self.teller.leave(self.watch.left)
            self.keeper.save(self.watch)
        self.outbox.close()

    @property
    def lost(self) -> int:
        """How many alerts somebody did not get."""
        return (self.delivery.lost if self.delivery else 0) + self.notifier.failed + self.notifier.waiting

    def summary(self) -> list[str]:
        """What was counted, and the latest outliers."""
        lines = [self.watch.summary() + self.teller.summary() + self._sent]
        if outliers := self.watch.outliers():
            lines.insert(0, f"latest outliers: {', '.join(outliers)}")
        return lines

    def _watch(self, clock: Callable[[], datetime] | None) -> Watch:
        """A watch over what the options name."""
        tickers = frozenset(self.options.tickers)
        return Watch(
            self.rulebook.detectors(), self.teller.tell, log=self.log, clock=clock, tickers=tickers,
            is_partial=bool(query_of(tickers)), max_alerts=self.options.max_alerts,
            history=self.ledger.history if self.ledger else None, candles=self.market.candles if self.market else None,
            raised=self.teller.raised, withdraw=self.teller.withdraw,
        )  # fmt: skip

    def _beside(self, ending: str) -> Path | None:
        """A file beside that of the state."""
        return self.state.with_name(f"{self.state.name}.{ending}") if self.state else None

    def _answered(self) -> None:
        """The ledger has taken an alert: somebody may have snoozed it by now."""
        if self.ledger:
            self.ledger.ask()

    def _sinks_of(self, rule: Rule) -> tuple[str, ...]:
        return (*self.base, *self.notifier.sinks_of(rule.notify))

    def _waiting(self) -> dict[str, int]:
        return {sink: self.outbox.unsent(sink) for sink in [*self.base, *self.notifier.couriers]}

    def _say_rules(self) -> None:
        if self.rulebook.file or self.rulebook.ledger:
            self.log(f"rules: {len(self.watch.detectors)} of {self.rulebook.source}")

    def _read_targets(self, rules: Rules) -> None:
        """The targets of the rules; one that cannot be used is said, and left out."""
        before, self.named = self.named, {word: self._targets(word) for rule in rules.rules for word in rule.notify}
        if len(self._sinks()) - len(self.base) > MAX_TARGETS:
            self.named = before
            self.log(f"notify: there are more than {MAX_TARGETS} targets; those of the rules stay as they were")

    def _sinks(self) -> list[str]:
        """All to which alerts go."""
        targets = [target for some in (self.options.notify, *self.named.values()) for target in some]
        return [*self.base, *dict.fromkeys(target.sink for target in targets)]

    def _targets(self, word: str) -> tuple[Target, ...]:
        try:
            return targets_of([word], "ledger" if self.rulebook.ledger else "file")
        except TargetError as error:
            self.log(f"notify: {error}")
            return ()
