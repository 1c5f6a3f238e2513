"""A file of rules and mutes, in TOML: read whole or not at all, and read again when it changes.

A mistake is an error with the file, the line and the reason; then the rules that were read before stay.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from status import reason
from watch.mutes import Mute, mutes_of
from watch.rule import Rule
from watch.rule_reader import RuleError, rules_of
from watch.toml_lines import line_of, lines_of

MAX_FILE = 1024 * 1024  # bytes
PLACE = re.compile(r" \(at line (\d+), column \d+\)")
TABLES = ("rule", "mute")

Signature = tuple[int, int, int]


class RulesError(ValueError):
    """A file has no rules; the message names the file, the line and the reason."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a file of rules says."""

    rules: tuple[Rule, ...]
    mutes: tuple[Mute, ...] = ()


def read_rules(path: Path) -> Rules:
    """The rules and mutes of a file. Raises RulesError."""
    try:
        with path.open("rb") as file:
            document = file.read(MAX_FILE + 1)
    except OSError as error:
        raise RulesError(f"{path}: {reason(error)}") from None
    return parse_rules(document, str(path))


def parse_rules(document: bytes, name: str) -> Rules:
    """The rules and mutes of a document that is called so in errors. Raises RulesError."""
    if len(document) > MAX_FILE:
        raise RulesError(f"{name}: it is larger than {MAX_FILE} bytes")
    try:
        text = document.decode()
        tables = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        line = 1 + document.count(b"\n", 0, error.start)
        raise RulesError(f"{name}, line {line}: it is not in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        place = PLACE.search(str(error))
        line = int(place[1]) if place else 1 + text.rstrip().count("\n")
        raise RulesError(f"{name}, line {line}: {PLACE.sub('', str(error))}") from None
    except ValueError:
        raise RulesError(f"{name}: it has a number that is too long") from None
    except RecursionError:
        raise RulesError(f"{name}: its values are nested too deeply") from None
    try:
        return _rules_in(tables)
    except RuleError as error:
        line = line_of(lines_of(text), error.place)
        raise RulesError(f"{name}, line {line}: {error}") from None


def _rules_in(tables: dict[str, object]) -> Rules:
    for table in tables:
        if table not in TABLES:
            raise RuleError(table, None, None, None, "this is neither [[rule]] nor [[mute]]")
    if not tables.get("rule"):
        raise RuleError("rule", None, None, None, "there is none: write [[rule]] above each")
    rules = rules_of(tables["rule"])
    return Rules(rules, mutes_of(tables.get("mute", []), (rule.name for rule in rules)))


class RulesFile:
    """A file of rules that is looked at again and again; `now` has what was read last without an error.

    `log` gets a line when it was read again, and when it cannot be. Raises RulesError at the first reading.
    """

    def __init__(self, path: Path, log: Callable[[str], None]) -> None:
        self.path, self.log = path, log
        self._read = self._seen = self._signature()
        self.now = read_rules(path)

    def changed(self, *, asked: bool = False) -> Rules | None:
        """The rules and mutes, if there are others now; to be called every second, and `asked` at once after SIGHUP.

        A file that changes is read once it has stayed the same from one call to the next: it may be half written.
        """
        before, self._seen = self._seen, self._signature()
        if not asked and (self._seen == self._read or self._seen != before):
            return None
        self._read = self._seen
        try:
            rules = read_rules(self.path)
        except RulesError as error:
            self.log(f"{error}: the rules stay as they were")
            return None
        if rules == self.now:
            self.log(f"{self.path}: the rules are the same")
            return None
        self.now = rules
        self.log(f"{self.path}: {counted(rules)}")
        return rules

    def _signature(self) -> Signature | None:
        """What changes when the file does, or is replaced; None if it is not there."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


def counted(rules: Rules) -> str:
    """How many rules and mutes there are, as words."""
    words = [f"{len(rules.rules)} rule{'s' * (len(rules.rules) != 1)}"]
    if rules.mutes:
        words.append(f"{len(rules.mutes)} mute{'s' * (len(rules.mutes) != 1)}")
    return " and ".join(words)
