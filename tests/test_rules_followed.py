"""A watch follows its rules while it runs: those of a file, and those of a ledger with its snoozes and previews."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from websocket_simulator.tests.ledger import until
from websocket_simulator.watch.tests.webhook import Webhook

from tick import Tick

from .conftest import PRODUCTION
from .production import Production
from .reaching import Published, Way
from .running import ROOT, Running

CLIENT = ROOT / "websocket_simulator" / "client.py"
START = datetime.now(UTC).replace(microsecond=500_000) - timedelta(minutes=5)
RISE = {"name": "rise-2", "kind": "rise", "threshold": "2", "confirm": 0}
TWELVE = ROOT / "websocket_simulator" / "tests" / "twelve_rules.toml"
RULES, PREVIEWS = "/api/alert-rules/", "/api/alert-previews/"
Run = Callable[..., Running]


class Prices:
    """Ticks of a feed, a second after each other."""

    def __init__(self, feed: Published) -> None:
        self.feed, self.second = feed, 0

    def say(self, ticker: str, *prices: str) -> None:
        for price in prices:
            self.second += 1
            tick = Tick(ticker, Decimal(price), START + timedelta(seconds=self.second), quantity=Decimal(1))
            self.feed.publish([tick])


@pytest.fixture
def feed() -> Iterator[Published]:
    with Published() as feed:
        yield feed


@pytest.fixture
def prices(feed: Published) -> Prices:
    return Prices(feed)


def alert_in(line: str) -> dict[str, Any]:
    alert: dict[str, Any] = json.loads(line)
    return alert


def toml(*rules: dict[str, Any], more: str = "") -> str:
    tables = (
        "\n".join(["[[rule]]", *(f"{name} = {json.dumps(value)}" for name, value in rule.items())]) for rule in rules
    )
    return "\n".join([*tables, more])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(toml(RISE))
    return path


@pytest.fixture
def of_file(run: Run, feed: Published, file: Path) -> Running:
    """A watch that follows the file."""
    client = run(sys.executable, CLIENT, "--url", feed.url, "--json", "--rules", file, "--no-state")
    client.read_until("connected to")
    return client


def end(client: Running) -> str:
    """The last line of a watch that is told to end."""
    client.interrupt()
    assert client.process.returncode == 0, client.output
    assert not any("Traceback" in line for line in client.output), client.output
    return client.output[-1]


def test_a_file_that_changes_is_followed_and_what_a_rule_knows_is_kept(
    of_file: Running, prices: Prices, file: Path
) -> None:
    assert of_file.output[0] == f"rules: 1 of {file}\n"
    prices.say("A", "100", "103")
    assert alert_in(of_file.read_until('"id"'))["severity"] == "warning"
    low = {"name": "low", "kind": "below", "threshold": "50", "confirm": 0}
    file.write_text(toml({**RISE, "severity": "critical"}, low))
    of_file.read_until(f"rules: 2 of {file}")
    prices.say("A", "103.1")  # has fired, and 3.1 % is no further alert
    prices.say("B", "51", "49")
    assert alert_in(of_file.read_until('"id"'))["rule"] == "low"
    prices.say("A", "105.1")
    escalated = alert_in(of_file.read_until('"id"'))
    assert (escalated["ticker"], escalated["severity"], escalated["low"]) == ("A", "critical", "100")
    file.write_text(toml({**RISE, "threshold": "1"}))
    of_file.read_until(f"rules: 1 of {file}")
    prices.say("B", "40", "40.5")  # the other threshold, from what has come since
    assert alert_in(of_file.read_until('"id"'))["rise_percent"] == "1.25"
    assert ", 4 alerts" in end(of_file)


def test_a_file_that_is_wrong_is_refused_whole_and_said_with_its_line(
    of_file: Running, prices: Prices, file: Path
) -> None:
    file.write_text(toml({**RISE, "threshold": "1"}, {"name": "level", "kind": "above", "threshold": 5, "rearm": 1}))
    os.kill(of_file.process.pid, signal.SIGHUP)
    line = of_file.read_until("rearm")
    assert line == (
        f"{file}, line 10: rule 'level': rearm does not belong to a rule of the kind 'above': "
        "the rules stay as they were\n"
    )
    prices.say("A", "100", "101.5", "102.5")
    assert alert_in(of_file.read_until('"id"'))["threshold_percent"] == "2"
    file.write_text(toml({**RISE, "threshold": "0.5"}))
    os.kill(of_file.process.pid, signal.SIGHUP)
    of_file.read_until(f"rules: 1 of {file}")
    prices.say("B", "100", "101")
    assert alert_in(of_file.read_until('"id"'))["threshold_percent"] == "0.5"
    end(of_file)


def test_mutes_of_a_file_hold_from_the_first_tick_and_as_it_changes(
    run: Run, feed: Published, prices: Prices, file: Path
) -> None:
    mute = '[[mute]]\ntickers = ["A"]\nfrom = 2020-01-01T00:00:00Z\nto = 2100-01-01T00:00:00Z\n'
    file.write_text(toml(RISE, more=mute))
    client = run(sys.executable, CLIENT, "--url", feed.url, "--json", "--rules", file, "--no-state")
    prices.say("A", "100", "103")
    prices.say("B", "100", "103")
    assert alert_in(client.read_until('"id"'))["ticker"] == "B"
    file.write_text(toml(RISE))
    client.read_until(f"rules: 1 of {file}")
    prices.say("A", "110")
    assert alert_in(client.read_until('"id"'))["ticker"] == "A"
    assert ", 2 alerts, 1 muted" in end(client)


def test_a_recording_is_played_with_its_mutes(run: Run, file: Path, tmp_path: Path) -> None:
    file.write_text(
        toml(
            {**RISE, "rearm": 0},
            more='[[mute]]\ntickers = ["A"]\nfrom = 2025-06-06T00:00:00Z\nto = 2025-06-07T00:00:00Z\n',
        )
    )
    recording = tmp_path / "played.csv"
    rows = [
        f"{ticker},{price},2025-06-0{day}T20:00:0{price[-1]}Z"
        for day in (6, 7)
        for ticker in "AB"
        for price in ("100", "103")
    ]
    recording.write_text("\n".join(["ticker,price,timestamp", *sorted(rows, key=lambda row: row[-20:]), ""]))
    client = run(sys.executable, CLIENT, "--replay", recording, "--json", "--rules", file)
    assert client.process.wait(30) == 0
    assert client.process.stdout is not None
    *lines, summary = client.process.stdout.read().splitlines()
    alerts = [alert_in(line) for line in lines if line.startswith("{")]
    told = [(alert["ticker"], alert["timestamp"][:10]) for alert in alerts]
    assert told == [("B", "2025-06-06"), ("A", "2025-06-07"), ("B", "2025-06-07")]
    assert summary.endswith(" 3 alerts, 1 muted")


def test_more_targets_than_there_may_be_are_said_and_the_watch_goes_on(
    of_file: Running, prices: Prices, file: Path
) -> None:
    targets = [[f"json://127.0.0.1:9/{rule}/{number}" for number in range(10)] for rule in range(4)]
    rules = [{**RISE, "name": f"rise-{number}", "notify": some} for number, some in enumerate(targets)]
    file.write_text(toml(*rules[:1]))
    of_file.read_until(f"rules: 1 of {file}")
    prices.say("A", "100", "103")
    assert alert_in(of_file.read_until('"id"'))["rule"] == "rise-0"
    file.write_text(toml(*rules))
    of_file.read_until("notify: there are more than 32 targets; those of the rules stay as they were")
    of_file.read_until(f"rules: 4 of {file}")
    prices.say("B", "100", "103")
    assert {alert_in(of_file.read_until('"id"'))["rule"] for _ in rules} == {rule["name"] for rule in rules}
    end(of_file)


def test_a_closed_terminal_ends_a_watch_that_follows_no_rules(run: Run, feed: Published) -> None:
    client = run(sys.executable, CLIENT, "--url", feed.url, "--no-state")
    client.read_until("connected to")
    os.kill(client.process.pid, signal.SIGHUP)
    assert client.process.wait(30) == 0


@pytest.fixture(scope="module")
def ledger(named_server: tuple[Path, dict[str, str]]) -> Iterator[Production]:
    """A ledger in production, in which a watch has a feed's token."""
    ledger = Production({**named_server[1], **PRODUCTION}, roles=("trader", "feed"), unheard=True)
    yield ledger
    ledger.server.kill()


@pytest.fixture
def way(ledger: Production) -> Iterator[Way]:
    with ExitStack() as stack:
        yield stack.enter_context(Way(f"http://127.0.0.1:{ledger.port}"))
        for path in (RULES, "/api/alert-snoozes/"):
            for row in asked(ledger, "GET", path)["results"]:
                ledger.ask("DELETE", f"{path}{row['id']}/", role="trader", If_Match="*")


def asked(ledger: Production, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """The answer to a trader, who is obeyed."""
    status, _, content = ledger.ask(method, path, body, role="trader", **headers)
    assert status in (200, 201, 204), content
    return json.loads(content or "null")


@pytest.fixture
def start(run: Run, feed: Published, way: Way, ledger: Production, tmp_path: Path) -> Callable[[], Running]:
    """Starts a watch that has its rules from the ledger."""
    token = tmp_path / "token"
    token.write_text(ledger.tokens["feed"])
    words = ("--url", feed.url, "--json", "--api", way.url, "--api-token-file", token, "--state", tmp_path / "state")
    return lambda: run(sys.executable, CLIENT, *words)


def poll(client: Running, way: Way) -> None:
    """Have the watch ask the ledger now, and wait until it has asked for everything."""
    before = len(way.passed)
    os.kill(client.process.pid, signal.SIGHUP)
    until(lambda: has_asked(way.passed[before:]), 30)


def has_asked(passed: list[tuple[str, str, int]]) -> bool:
    """Whether a round began and ended in it: with the rules, and with the previews."""
    paths = [path for method, path, _ in passed if method == "GET"]
    rounds = paths[paths.index(RULES) :] if RULES in paths else []
    return any("previews" in path for path in rounds)


def test_rules_of_the_ledger_are_followed_as_they_come_change_and_go(
    start: Callable[[], Running], way: Way, ledger: Production, prices: Prices
) -> None:
    asked(ledger, "POST", RULES, {**RISE, "name": "mine", "hours": None})
    client = start()
    client.read_until(f"rules: 1 of {way.url}")
    prices.say("A", "100", "103")
    assert alert_in(client.read_until('"id"'))["rule"] == "mine"
    [rule] = asked(ledger, "GET", RULES)["results"]
    asked(ledger, "PATCH", f"{RULES}{rule['id']}/", {"severity": "critical"}, If_Match="*")
    asked(ledger, "POST", RULES, {"name": "high", "kind": "above", "threshold": "200", "confirm": 0})
    client.read_until(f"rules: 2 of {way.url}")  # it asks by itself
    prices.say("B", "199", "201")
    assert {alert_in(client.read_until('"id"'))["rule"]} == {"high"}
    prices.say("A", "103.1", "105.1")
    assert alert_in(client.read_until('"id"'))["severity"] == "critical"
    for row in asked(ledger, "GET", RULES)["results"]:
        asked(ledger, "DELETE", f"{RULES}{row['id']}/", If_Match="*")
    poll(client, way)
    client.read_until("rules: 1 of the command line")
    end(client)
    assert {status for _, _, status in way.passed} <= {200, 201, 304}


def test_the_last_rules_are_followed_while_the_ledger_is_away(
    start: Callable[[], Running], way: Way, ledger: Production, prices: Prices, tmp_path: Path
) -> None:
    asked(ledger, "POST", RULES, {**RISE, "name": "kept"})
    client = start()
    client.read_until(f"rules: 1 of {way.url}")
    prices.say("L", "100", "103")
    assert alert_in(client.read_until('"id"'))["rule"] == "kept"
    os.kill(client.process.pid, signal.SIGKILL)
    client.process.wait()
    way.is_away = True
    again = start()
    assert again.read_until("rules: ") == f"rules: 1 of {tmp_path}/state.rules, until {way.url} answers\n"
    prices.say("L", "103.1")  # which has fired in its other life
    prices.say("C", "100", "103")
    assert alert_in(again.read_until('"C"'))["rule"] == "kept"
    lines = [line for line in client.output + again.output if '"L"' in line]
    assert len({alert_in(line)["id"] for line in lines}) == 1  # and the last line before the kill may come again
    again.first("alerts are kept until it is back")
    way.is_away = False
    again.read_until(f"rules: 1 of {way.url}")
    again.first("takes alerts again")
    end(again)


def test_a_snooze_is_obeyed_until_it_is_over(
    start: Callable[[], Running], way: Way, ledger: Production, prices: Prices
) -> None:
    client = start()
    until(lambda: way.passed, 60)
    for_a_day = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    snooze = asked(ledger, "POST", "/api/alert-snoozes/", {"ticker": "D", "until": for_a_day})
    asked(ledger, "POST", "/api/alert-snoozes/", {"ticker": "E", "rule": "another", "until": for_a_day})
    prices.say("F", "100", "103", "103")
    client.read_until('"id"')
    before = len(way.passed)
    until(lambda: any("snoozes" in path for _, path, _ in way.passed[before:]), 30)  # asked since the alert was sent
    poll(client, way)
    prices.say("D", "100", "103", "103")
    prices.say("E", "100", "103", "103")
    assert alert_in(client.read_until('"id"'))["ticker"] == "E"
    asked(ledger, "DELETE", f"/api/alert-snoozes/{snooze['id']}/")
    poll(client, way)
    prices.say("D", "110", "110")
    assert alert_in(client.read_until('"id"'))["ticker"] == "D"
    assert ", 3 alerts, 1 muted" in end(client)


def test_rules_that_cannot_be_understood_are_said_and_hold_up_nothing_else(
    start: Callable[[], Running], way: Way, ledger: Production, prices: Prices
) -> None:
    asked(ledger, "POST", RULES, {**RISE, "name": "nowhere", "hours": "NOWHERE"})
    for_a_day = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    asked(ledger, "POST", "/api/alert-snoozes/", {"ticker": "J", "until": for_a_day})
    client = start()
    client.read_until("hours is the code of no exchange: 'NOWHERE'; rules and snoozes stay as they are")
    prices.say("J", "100", "103", "103")
    prices.say("K", "100", "103", "103")
    alert = alert_in(client.read_until('"id"'))
    assert (alert["ticker"], alert["rule"]) == ("K", "rise")
    assert ", 1 alerts, 1 muted" in end(client)


def test_a_preview_says_what_a_rule_would_have_raised(
    start: Callable[[], Running], way: Way, ledger: Production, prices: Prices
) -> None:
    client = start()
    prices.say("G", "100", "103", "100", "104")
    prices.say("H", "100", "103", "103")
    client.read_until('"H"')
    above = {"name": "above", "kind": "above", "threshold": "102"}
    volume = {"name": "volume", "kind": "volume", "threshold": "0.5", "window": 1, "windows": 1, "tickers": ["G"]}
    unknown, *previews = [
        asked(ledger, "POST", PREVIEWS, {"rule": rule})["id"]
        for rule in ({**RISE, "hours": "NOWHERE"}, {**RISE, "threshold": "1"}, above, volume)
    ]
    poll(client, way)
    client.read_until(f"preview {unknown} cannot be answered: rule 'rise-2': hours is the code of no exchange")
    until(lambda: all(asked(ledger, "GET", f"{PREVIEWS}{one}/")["status"] == "done" for one in previews), 30)
    done = [asked(ledger, "GET", f"{PREVIEWS}{one}/") for one in previews]
    assert [(one["ticks"], one["count"], len(one["alerts"])) for one in done] == [(7, 2, 2)] * 3
    end(client)


def test_the_ledger_takes_the_alerts_of_rules_of_every_kind(
    run: Run, way: Way, ledger: Production, real_trades: Path, tmp_path: Path
) -> None:
    token, recording = tmp_path / "token", tmp_path / "part.csv"
    token.write_text(ledger.tokens["feed"])
    header, *rows = real_trades.read_text().splitlines(keepends=True)
    recording.write_text("".join([header, *rows[3700:3800], *rows[4250:4650]]))
    with Webhook() as webhook:
        client = run(sys.executable, CLIENT, "--replay", recording, "--rules", TWELVE, "--json", "--api", way.url,
                     "--api-token-file", token, NOTIFY_OPS=webhook.address)  # fmt: skip
        assert client.process.wait(60) == 0
    assert client.process.stdout is not None
    lines = client.process.stdout.read().splitlines()
    printed = [alert_in(line) for line in lines if line.startswith("{")]
    kept = asked(ledger, "GET", "/api/alerts/?page_size=1000&ticker=XRP-ETH")["results"]
    assert {alert["kind"] for alert in printed} == {"rise", "fall", "above", "below", "volume"}
    assert sorted((alert["id"], alert["rule"]) for alert in kept) == sorted((one["id"], one["rule"]) for one in printed)
    assert f", {len(printed)} alerts sent, 0 refused, 0 dropped, 0 unsent" in lines[-1]


def test_a_ledger_that_knows_no_rules_yet_does_no_harm(start: Callable[[], Running], way: Way, prices: Prices) -> None:
    way.is_older = True
    client = start()
    until(lambda: len(way.passed) >= 3, 60)
    prices.say("I", "100", "103", "103")
    assert alert_in(client.read_until('"id"'))["rule"] == "rise"
    until(lambda: way.taken, 30)
    assert ", 1 alerts sent, 0 refused" in end(client)
    assert not any(way.url in line for line in client.output)
