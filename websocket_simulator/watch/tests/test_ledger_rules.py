"""What the ledger says of rules and snoozes is followed, kept for a start without it, and its failures are said once."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tick import Tick
from watch.history import History
from watch.ledger_rules import PATIENCE, LedgerRules

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)
RULE = {"id": 7, "name": "jump", "kind": "rise", "threshold": "2"}
SNOOZE = {"id": 1, "ticker": "AAPL", "rule": None, "until": "2025-06-06T13:00:00Z"}


class Ledger(ThreadingHTTPServer):
    """Has lists by the last word of their path; a number instead is a status. `answered` are bodies by path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lists: dict[str, Any] = {"alert-rules": [RULE], "alert-snoozes": [SNOOZE], "alert-previews": []}
        self.answered: dict[str, Any] = {}


class Handler(BaseHTTPRequestHandler):
    server: Ledger

    def do_GET(self) -> None:
        found = self.server.lists[self.path.split("/")[2]]
        self.send_response(found if isinstance(found, int) else 200)
        self.end_headers()
        self.wfile.write(json.dumps({"results": found}).encode())

    def do_PATCH(self) -> None:
        self.server.answered[self.path] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(404 if "None" in self.path else 200)
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the last good rules are kept."""
    return tmp_path / "state" / "rules"


@pytest.fixture
def rules(ledger: Ledger, path: Path, said: list[str]) -> LedgerRules:
    return LedgerRules(address(ledger), path, said.append, History())


def address(ledger: Ledger) -> str:
    return f"http://127.0.0.1:{ledger.server_port}"


def names(rules: LedgerRules) -> list[str] | None:
    return None if rules.now.rules is None else [rule.name for rule in rules.now.rules]


def test_rules_and_snoozes_are_those_of_the_ledger(rules: LedgerRules, ledger: Ledger, said: list[str]) -> None:
    assert names(rules) is None
    rules.step()
    assert (names(rules), rules.now.source, [mute.tickers for mute in rules.now.snoozes]) == (
        ["jump"], address(ledger), [("AAPL",)],
    )  # fmt: skip
    assert said == []


def test_a_start_without_the_ledger_has_the_last_good_rules(rules: LedgerRules, ledger: Ledger, path: Path) -> None:
    rules.step()
    later = LedgerRules(address(ledger), path, print, History())
    assert (names(later), later.now.source) == (["jump"], f"{path}, until {address(ledger)} answers")


def test_kept_rules_that_cannot_be_read_are_said(ledger: Ledger, path: Path, said: list[str]) -> None:
    path.parent.mkdir()
    path.write_text("{")
    assert names(LedgerRules(address(ledger), path, said.append, History())) is None
    assert [line.startswith(f"{path}: ") for line in said] == [True]


def test_where_rules_cannot_be_kept_that_is_said(rules: LedgerRules, path: Path, said: list[str]) -> None:
    path.parent.write_text("a file")
    rules.step()
    assert names(rules) == ["jump"]
    assert [line.endswith("; the ledger's rules are not kept") for line in said] == [True]


def test_without_a_file_rules_are_followed_and_not_kept(ledger: Ledger, said: list[str]) -> None:
    rules = LedgerRules(address(ledger), None, said.append, History())
    rules.step()
    assert (names(rules), said) == (["jump"], [])


def test_a_ledger_that_knows_no_rules_yet_does_no_harm(rules: LedgerRules, ledger: Ledger, said: list[str]) -> None:
    ledger.lists = dict.fromkeys(ledger.lists, 404)
    rules.step()
    assert (names(rules), rules.now.snoozes, said) == (None, (), [])


def test_a_failure_is_said_once_and_its_end_too(rules: LedgerRules, ledger: Ledger, said: list[str]) -> None:
    rules.step()
    ledger.lists["alert-rules"] = 500
    rules.step()
    rules.step()
    ledger.lists["alert-rules"] = [{**RULE, "name": "other"}]
    rules.step()
    assert said == [
        f"{address(ledger)}: answers 500 to /api/alert-rules/; rules and snoozes stay as they are",
        f"{address(ledger)}: answers about rules and snoozes again",
    ]
    assert names(rules) == ["other"]


def test_a_ledger_that_begins_with_the_watch_has_time(rules: LedgerRules, ledger: Ledger, said: list[str]) -> None:
    ledger.lists["alert-rules"] = 503
    for _ in range(PATIENCE):
        rules.step()
    assert said == []
    rules.step()
    assert len(said) == 1


def test_a_rule_is_tried_on_what_came(rules: LedgerRules, ledger: Ledger) -> None:
    rules.history.add([Tick("A", Decimal(price), NOON) for price in (100, 103)])
    ledger.lists["alert-previews"] = [{"id": 3, "rule": {field: RULE[field] for field in RULE.keys() - {"id"}}}]
    rules.step()
    found = ledger.answered["/api/alert-previews/3/"]
    assert (found["ticks"], found["count"], len(found["alerts"])) == (2, 1, 1)


def test_a_rule_that_cannot_be_tried_holds_up_no_other(rules: LedgerRules, ledger: Ledger, said: list[str]) -> None:
    tried = {"name": "jump", "kind": "rise", "threshold": "2"}
    ledger.lists["alert-previews"] = [
        {"id": 5, "rule": {**tried, "colour": "red"}},
        {"id": 4},
        {"id": 3, "rule": tried},
    ]
    rules.step()
    assert list(ledger.answered) == ["/api/alert-previews/3/"]
    assert names(rules) == ["jump"]


def test_an_answer_that_is_refused_is_said(rules: LedgerRules, ledger: Ledger, said: list[str]) -> None:
    rules.step()
    ledger.lists["alert-previews"] = [{"rule": {"name": "jump", "kind": "rise", "threshold": "2"}}]
    rules.step()
    assert said == [f"{address(ledger)}: preview None cannot be answered: it answers 404"]
