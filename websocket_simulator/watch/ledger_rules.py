"""What the ledger says to a watch: rules, snoozes, and rules to try on what came lately.

It is asked by a thread, every POLL seconds and after each alert that it got; each answer is known by its ETag. The
last good rules are kept on disk, for a start while the ledger is away.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread

from credentials import NO_CREDENTIALS, Credentials, authorization
from status import reason
from watch.api import fetch, patch
from watch.history import History
from watch.mutes import Mute, snoozes_of_answer
from watch.places import replace_file
from watch.rule import Rule
from watch.rule_reader import results_of, rule_of, rules_of_answer

POLL = 10.0  # seconds
FIRST_POLL = 1.0  # seconds, while the ledger has never answered
PATIENCE = 10  # failures in the beginning, when the ledger may not be there yet, that are not said
RULES, SNOOZES = "/api/alert-rules/", "/api/alert-snoozes/?active=true"
PREVIEWS = "/api/alert-previews/"
PENDING = f"{PREVIEWS}?pending=true"
OLDER = 404  # the answer of a ledger that knows no rules yet


@dataclass(frozen=True)
class Said:
    """The rules of the ledger, None as long as they are not known, and where they come from; its snoozes."""

    rules: tuple[Rule, ...] | None = None
    source: str = ""
    snoozes: tuple[Mute, ...] = ()


class LedgerRules:
    """Asks the ledger at `api`. `log` gets a line for each change of state; `now` is what it said last.

    `path` is where the last good rules are kept. `start` begins to ask, and `end` ends that; `step` asks once.
    """

    def __init__(
        self,
        api: str,
        path: Path | None,
        log: Callable[[str], None],
        history: History,
        credentials: Credentials = NO_CREDENTIALS,
    ) -> None:
        self.api, self.path, self.log, self.history, self.credentials = api, path, log, history, credentials
        self.now = Said()
        self._etags: dict[str, str | None] = {}
        self._problem, self._failures, self._has_answered = "", 0, False
        self._is_ending, self._asked = False, Event()
        self._thread = Thread(target=self.run, daemon=True)
        self._load()

    def start(self) -> None:
        """Begin to ask, in a thread."""
        self._thread.start()

    def ask(self) -> None:
        """Ask soon."""
        self._asked.set()

    def end(self) -> None:
        """Ask no more; nobody waits for an answer."""
        self._is_ending = True
        self.log = lambda line: None
        self._asked.set()

    def run(self) -> None:
        """Ask until `end` is called."""
        while not self._is_ending:
            self.step()
            self._asked.wait(POLL if self._has_answered else FIRST_POLL)
            self._asked.clear()

    def step(self) -> None:
        """Ask once for everything; an answer that is of no use does not hold up the others."""
        lists = ((RULES, self._take_rules), (SNOOZES, self._take_snoozes), (PENDING, self._try_rules))
        try:
            problems = [self._take(address, take) for address, take in lists]
        except (OSError, HTTPException) as error:
            self._etags.clear()  # what was not done yet is fetched again
            problems = [reason(error)]
        problem = next(filter(None, problems), "")
        self._failures += bool(problem)
        self._has_answered |= not problem
        if not problem:
            self._say("")
        elif self._has_answered or self._failures > PATIENCE:
            self._say(f"{problem}; rules and snoozes stay as they are")

    def _take(self, address: str, take: Callable[[str], None]) -> str:
        """Take what is new there; return why it cannot be used."""
        try:
            if (body := self._fetch(address)) is not None:
                take(body)
        except (ValueError, LookupError, TypeError) as error:
            self._etags.pop(address, None)  # it is fetched again
            return reason(error)
        return ""

    def _take_rules(self, body: str) -> None:
        self.now = replace(self.now, rules=rules_of_answer(body.encode()), source=self.api)
        self._keep(body)

    def _take_snoozes(self, body: str) -> None:
        self.now = replace(self.now, snoozes=snoozes_of_answer(body.encode()))

    def _fetch(self, address: str) -> str | None:
        """The body; None if it is still what it was, or if the ledger is older than that. Raises as `fetch` does."""
        headers = authorization(self.credentials.token_file)
        status, body, etag = fetch(self.api + address, self._etags.get(address), headers, self.credentials.tls)
        if status in (304, OLDER):
            return None
        if status != 200:
            raise OSError(f"answers {status} to {address}")
        self._etags[address] = etag
        return body

    def _try_rules(self, body: str) -> None:
        """Answer what is asked of rules that are tried; of one that cannot be tried, say why, and go on."""
        for preview in results_of(body.encode()):
            name = f"{self.api}: preview {preview.get('id')} cannot be answered"
            try:
                found = self.history.try_rule(rule_of(preview.get("rule")))
            except ValueError as error:
                self.log(f"{name}: {error}")
                continue
            headers, address = authorization(self.credentials.token_file), f"{self.api}{PREVIEWS}{preview.get('id')}/"
            answer = patch(address, json.dumps(found), headers, self.credentials.tls)
            if answer.status in (400, OLDER):  # the next time it would be refused, or have been forgotten, as well
                self.log(f"{name}: it answers {answer.status}")
            elif answer.status != 200:
                raise OSError(f"answers {answer.status} to {PREVIEWS}")

    def _load(self) -> None:
        """The last good rules."""
        if self.path is None:
            return
        try:
            self.now = Said(rules_of_answer(self.path.read_bytes()), f"{self.path}, until {self.api} answers")
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            self.log(f"{self.path}: {reason(error)}")

    def _keep(self, body: str) -> None:
        if self.path is None:
            return
        try:
            replace_file(self.path, [body.encode()])
        except OSError as error:
            self.log(f"{self.path}: {reason(error)}; the ledger's rules are not kept")

    def _say(self, problem: str) -> None:
        if problem != self._problem:
            self.log(f"{self.api}: {problem or 'answers about rules and snoozes again'}")
        self._problem = problem
