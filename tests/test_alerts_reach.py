"""An alert reaches a mail server, a webhook and the ledger, each once as its id tells, whenever its watch was killed."""

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from websocket_simulator.tests.ledger import until
from websocket_simulator.watch.tests.mailbox import Mailbox
from websocket_simulator.watch.tests.webhook import Webhook

from embedded_postgres.server import PostgresServer
from tick import Tick
from watch.detector import SpikeDetector
from watch.rule import Rule
from watch.targets import targets_of

from .embedded import copy, server_in
from .reaching import Published, Way
from .running import ROOT, Running, call, clean_environment, free_port

CLIENT, KILLED_AT = ROOT / "websocket_simulator" / "client.py", ROOT / "tests" / "killed_at.py"
NEVER = ("never", "-", "1")
START = datetime(2025, 6, 6, 20, tzinfo=UTC)
BURST = 20
SINKS = ("stdout", "ledger", "webhook", "mailbox")
MOMENTS = [(when, kind) for kind in ("put", *SINKS) for when in ("before", "after")]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, template: PostgresServer) -> Iterator[str]:
    """The address of a ledger that runs for all of these tests."""
    with server_in(tmp_path_factory.mktemp("reached") / "data") as server:
        copy(template, server)
        port = free_port()
        api = Running(sys.executable, ROOT / "trading_system/manage.py", "runserver", "--noreload", str(port),
                      DATA_DIR=str(server.data_dir))  # fmt: skip
        api.read_until("Quit the server")
        threading.Thread(target=lambda: api.process.stdout and api.process.stdout.read(), daemon=True).start()
        yield f"http://127.0.0.1:{port}"
        api.kill()


@dataclass
class Reach:
    """A watch's surroundings; `start` begins a life of it, and `names` has its sinks by what they are here."""

    folder: Path
    feed: Published
    way: Way
    webhook: Webhook
    mailbox: Mailbox

    def __post_init__(self) -> None:
        self.lives: list[subprocess.Popen[bytes]] = []
        self.targets = {"webhook": f"{self.webhook.address}?rto=60", "mailbox": self.mailbox.address}
        self.names = {"put": "put", "stdout": "stdout", "ledger": "ledger"}
        for name, url in self.targets.items():
            [target] = targets_of([url], "file")
            self.names[name] = target.sink

    def start(self, *moment: str) -> "subprocess.Popen[bytes]":
        """A life that ends at the moment, or the real client if there is none."""
        program = [KILLED_AT, *moment] if moment else [CLIENT]
        words = ["--url", self.feed.url, "--json", "--state", self.folder / "state", "--api", self.way.url,
                 "--notify", "$NOTIFY_TARGETS", "--exit-on-eof"]  # fmt: skip
        with (self.folder / "out").open("ab") as out, (self.folder / "err").open("ab") as err:
            self.lives.append(
                subprocess.Popen([sys.executable, *map(str, [*program, *words])], stdout=out, stderr=err,
                                 env=clean_environment(NOTIFY_TARGETS="\n".join(self.targets.values())))
            )  # fmt: skip
        return self.lives[-1]

    def rise(self, tickers: Sequence[str]) -> None:
        """Each raises an alert, once the watch has something that it can go on from."""
        first, *others = rises(tickers)
        self.feed.publish(first)
        until((self.folder / "state").exists, 60)
        self.feed.publish(*others)

    def finish(self, *moment: str) -> None:
        """A last life, until the feed's end."""
        self.feed.wait_until_left()
        client = self.start(*moment)
        self.feed.end()
        assert client.wait(60) == 0, self.said

    def kill(self) -> None:
        for process in self.lives:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()

    def are_done(self, sink: str) -> bool:
        """Whether the outbox's file has it that nothing waits for the sink."""
        records = [json.loads(line) for line in (self.folder / "state.outbox").read_bytes().splitlines()]
        put = {record["id"] for record in records if record["type"] == "put"}
        done = [record["ids"] for record in records if record.get("sink") == self.names[sink]]
        return bool(put) and put == {alert_id for ids in done for alert_id in ids}

    @property
    def said(self) -> str:
        return (self.folder / "err").read_text()

    def told(self, tickers: Sequence[str]) -> dict[str, Counter[str]]:
        """How often each id came to whom."""
        status, answer = call(f"{self.way.url}/api/alerts/?page_size=1000")
        assert status == 200
        hooked = [json.loads(body)["alerts"] for _, _, body in self.webhook.requests]
        mailed = [mail["X-Alert-Ids"].split() for mail in self.mailbox.mails]
        return {
            "stdout": Counter(json.loads(line)["id"] for line in (self.folder / "out").read_text().splitlines()),
            "ledger": Counter(alert["id"] for alert in answer["results"] if alert["ticker"] in tickers),
            "webhook": Counter(alert["id"] for alerts in hooked for alert in alerts),
            "mailbox": Counter(alert_id for ids in mailed for alert_id in ids),
        }


@pytest.fixture
def reach(tmp_path: Path, ledger: str) -> Iterator[Reach]:
    with ExitStack() as stack:
        feed, way, webhook, mailbox = map(stack.enter_context, (Published(), Way(ledger), Webhook(), Mailbox()))
        reach = Reach(tmp_path, feed, way, webhook, mailbox)
        stack.callback(reach.kill)
        yield reach


def rises(tickers: Sequence[str]) -> list[list[Tick]]:
    """Frames: each ticker rises by 3 %, and stays there."""
    return [
        [Tick(ticker, Decimal(price), START + timedelta(seconds=second)) for ticker in tickers]
        for second, price in enumerate(("100", "103", "103.1"))
    ]


def ids_of(frames: list[list[Tick]]) -> set[str]:
    detector = SpikeDetector(Rule())
    return {alert.id for ticks in frames for alert in detector.feed(ticks)}


def check_told(reach: Reach, tickers: Sequence[str], *, twice: Sequence[str] = ()) -> None:
    """Each has been told each alert, by the ids once; a message came again to those who may get it `twice`."""
    told, ids = reach.told(tickers), ids_of(rises(tickers))
    assert len(ids) == len(tickers)
    for sink, counts in told.items():
        assert set(counts) == ids, (sink, reach.said)
        assert max(counts.values()) <= (2 if sink in twice else 1), sink
    assert told["stdout"].total() <= len(ids) + 1  # the last line


@pytest.mark.parametrize(
    ("when", "kind", "count"),
    [*((when, kind, BURST) for when, kind in MOMENTS), *(("before", kind, 1) for kind in ("put", *SINKS))],
)
def test_a_watch_that_is_killed_at_a_record_of_its_outbox(when: str, kind: str, count: int, reach: Reach) -> None:
    tickers = [f"{when}{kind}{count}-{number}".upper() for number in range(count)]
    number = 1 if kind in ("webhook", "mailbox") else (count + 1) // 2  # all are in one message
    client = reach.start(when, reach.names[kind], str(number))
    reach.rise(tickers)
    assert client.wait(60) == -signal.SIGKILL, reach.said
    reach.finish(*NEVER)
    check_told(reach, tickers, twice=("stdout", "webhook", "mailbox"))


@pytest.mark.parametrize("slow", ["ledger", "webhook", "mailbox"])
def test_a_watch_that_is_killed_while_one_has_the_alert_and_has_not_answered(slow: str, reach: Reach) -> None:
    tickers = [f"{slow}-{number}".upper() for number in range(3)]
    reach.way.are_held, reach.mailbox.is_held = slow == "ledger", slow == "mailbox"
    reach.webhook.answers.extend(["no answer"] if slow == "webhook" else [])
    client = reach.start(*NEVER)
    reach.rise(tickers)
    until(lambda: reach.way.taken and reach.webhook.requests and reach.mailbox.mails, 60)
    until(lambda: all(reach.are_done(sink) for sink in SINKS if sink != slow), 60)
    client.kill()
    assert client.wait() == -signal.SIGKILL
    reach.way.are_held = reach.mailbox.is_held = False
    reach.finish(*NEVER)
    check_told(reach, tickers, twice=[slow])


def test_a_watch_that_is_killed_after_all_have_answered(reach: Reach) -> None:
    client = reach.start(*NEVER)
    reach.rise(["AFTER"])
    until(lambda: all(map(reach.are_done, SINKS)), 60)
    client.kill()
    client.wait()
    reach.finish(*NEVER)
    check_told(reach, ["AFTER"])


def test_a_burst_is_one_message_for_people_through_the_client_as_it_is(reach: Reach) -> None:
    tickers = [f"PLAIN-{number}" for number in range(BURST)]
    reach.way.are_held = reach.mailbox.is_held = True
    reach.webhook.answers.append("no answer")
    client = reach.start()
    reach.rise(tickers)
    until(lambda: reach.way.taken and reach.webhook.requests and reach.mailbox.mails, 60)
    client.kill()
    client.wait()
    reach.way.are_held = reach.mailbox.is_held = False
    reach.finish()
    check_told(reach, tickers, twice=("webhook", "mailbox"))
    first, again = reach.mailbox.mails
    assert first["Subject"] == again["Subject"] == "20 tickers rose; the most: PLAIN-0 +3.0 %"


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_watch_that_is_told_to_end_while_nobody_answers(signum: int, reach: Reach) -> None:
    tickers = [f"{signal.Signals(signum).name}-{number}" for number in range(3)]
    reach.way.are_held = reach.mailbox.is_held = True
    reach.webhook.answers.extend(["no answer"] * 2)
    client = reach.start()
    reach.rise(tickers)
    until(lambda: reach.way.taken and reach.webhook.requests and reach.mailbox.mails, 60)
    begun = time.monotonic()
    client.send_signal(signum)
    assert client.wait(30) == 0
    assert time.monotonic() - begun < 10
    assert f"{reach.way.url}: 3 alerts could not be sent; the next start sends them\n" in reach.said
    assert "Traceback" not in reach.said
    assert len(re.findall(": 0 sent, 0 given up, 3 waiting", reach.said)) == 2
    reach.way.are_held = reach.mailbox.is_held = False
    reach.webhook.answers.clear()
    reach.finish(*NEVER)
    check_told(reach, tickers, twice=("webhook", "mailbox"))
