"""A file of twelve rules of every kind over real trades: each finds what the oracle of its kind finds."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from websocket_simulator.watch.tests.webhook import Webhook

from recording import parse_lines
from tick import Tick, render
from watch.alert import Alert
from watch.alert_json import json_line
from watch.alert_text import text_line
from watch.hours import Hours
from watch.making import detector_of
from watch.mutes import Mutes
from watch.rule import Rule
from watch.rules_file import Rules, read_rules

from .conftest import Start
from .oracle import expected, reported
from .oracle_of_levels import expected_crossings
from .oracle_of_volumes import expected_bursts

exchange_calendars = pytest.importorskip("exchange_calendars")
pandas = pytest.importorskip("pandas")

Url = Callable[..., str]
FILE = Path(__file__).with_name("twelve_rules.toml")
TRADES = Path(__file__).parents[2] / "tests/data/xrp_eth_trades.csv.gz"
OPENING, RISE = slice(3700, 3800), slice(4250, 4650)  # of its rows: New York opens; a rise of 1.5 %


@pytest.fixture(scope="module")
def ticks() -> list[Tick]:
    with gzip.open(TRADES, "rt") as lines:
        every = [tick for moment in parse_lines(lines, pytest.fail) for tick in moment]
    return every[OPENING] + every[RISE]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return read_rules(FILE)


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Takes what the rules send."""
    with Webhook() as made:
        monkeypatch.setenv("NOTIFY_OPS", made.address)
        yield


def within_hours(ticks: list[Tick], rule: Rule) -> list[Tick]:
    """As the calendar itself says, tick by tick."""
    if rule.hours is None:
        return ticks
    calendar = exchange_calendars.get_calendar(rule.hours)
    return [tick for tick in ticks if calendar.is_open_at_time(pandas.Timestamp(tick.timestamp), side="left")]


def alerts_of(rule: Rule, ticks: list[Tick]) -> list[Alert]:
    return detector_of(rule, pytest.fail, max_tickers=10).feed(ticks)


def crossings(alerts: list[Alert]) -> list[tuple[Tick, Tick | None, bool]]:
    return [(alert.tick, alert.base, alert.confirmed) for alert in alerts]


def bursts(alerts: list[Alert]) -> list[Tick]:
    return [alert.tick for alert in alerts]


ORACLES: dict[str, tuple[Callable[..., object], Callable[..., object]]] = {
    "rise": (expected, reported),
    "fall": (expected, reported),
    "above": (expected_crossings, crossings),
    "below": (expected_crossings, crossings),
    "volume": (lambda ticks, rule: [tick for tick, _, _ in expected_bursts(ticks, rule)], bursts),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_each_rule_finds_what_its_oracle_finds(ticks: list[Tick], rules: Rules) -> None:
    assert len(rules.rules) == 12
    for rule in rules.rules:
        oracle, form = ORACLES[rule.kind]
        counted = [tick for tick in within_hours(ticks, rule) if rule.takes(tick.ticker)]
        alerts = alerts_of(rule, ticks)
        assert form(alerts) == oracle(counted, rule), rule.name
        assert bool(alerts) is (rule.name != "nothing"), rule.name


def test_no_two_alerts_of_all_rules_have_the_same_id(ticks: list[Tick], rules: Rules) -> None:
    alerts = [alert for rule in rules.rules for alert in alerts_of(rule, ticks)]
    assert len({alert.id for alert in alerts}) == len(alerts) > 20
    for alert in alerts:
        assert json_line(alert).isascii()
        assert text_line(alert).partition(" ")[0] in ("📈", "📉")


def test_what_is_muted_is_that_of_one_rule(ticks: list[Tick], rules: Rules) -> None:
    alerts, mutes = [alert for rule in rules.rules for alert in alerts_of(rule, ticks)], Mutes(rules.mutes)
    assert {alert.rule.name for alert in alerts if mutes.holds(alert)} == {"above"}


def test_the_hours_that_a_rule_has_leave_ticks_out(ticks: list[Tick]) -> None:
    hours = Hours("XNYS", pytest.fail)
    assert {hours.is_open(tick.timestamp) for tick in ticks} == {True, False}


@pytest.mark.parametrize("way", ["replay", "feed"])
@pytest.mark.usefixtures("webhook")
def test_the_client_tells_the_same_of_a_recording_and_of_a_feed(
    way: str, start: Start, url_of: Url, ticks: list[Tick], rules: Rules, tmp_path: Path
) -> None:
    recording = tmp_path / "part.csv"
    rows = (f"{one.ticker},{one.price},{one.quantity},{render(one.timestamp)}\n" for one in ticks)
    recording.write_text("".join(["ticker,price,quantity,timestamp\n", *rows]))
    source = ["--replay", str(recording)]
    if way == "feed":
        source = ["--exit-on-eof", "--url", url_of(start("server.py", "--port", "0", "--speed", "0", *source))]
    client = start("client.py", "--rules", str(FILE), "--json", "--no-state", *source)
    out, err = client.communicate(timeout=60)
    alerts, mutes = [alert for rule in rules.rules for alert in alerts_of(rule, ticks)], Mutes(rules.mutes)
    heard = {alert.id for alert in alerts if not mutes.holds(alert)}
    assert client.returncode == 0
    assert sorted(json.loads(line)["id"] for line in out.splitlines()) == sorted(heard)
    assert f", {len(heard)} alerts, {len(alerts) - len(heard)} muted, json://127.0.0.1:" in err
