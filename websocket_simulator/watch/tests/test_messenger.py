"""A message through Apprise: what is taken, what is not, and why; within its time, and without a word in a log."""

import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from websocket_simulator.tests.ledger import DRIBBLE, DROP, HALF, MUTE, RESET

from watch import messenger
from watch.grouping import MAX_BODY, MAX_TOGETHER, Message, message_of
from watch.messenger import Messenger, Outcome

from .lines import entry
from .mailbox import Mailbox
from .webhook import Webhook

MESSAGE = message_of([entry(1), entry(2, ticker="TSLA", size="4.125")])
IDS = ["0000000000000001", "0000000000000002"]


def test_a_webhook_gets_title_text_and_every_alert(webhook: Webhook) -> None:
    assert Messenger(webhook.address).send(MESSAGE) == Outcome(True, status=200 if webhook.usual == 200 else 201)
    [(path, kind, body)] = webhook.requests
    told = json.loads(body)
    assert (path, kind) == ("/hook", "application/json")
    assert told["title"] == "2 tickers rose; the most: TSLA +4.1 %"
    assert told["message"].splitlines()[0] == "📈 Price Spike Alert: TSLA increased by 4.1% in 1 minute!"
    assert [json.dumps(alert) for alert in told["alerts"]] == list(MESSAGE.alerts)
    assert told["type"] == "warning"


def test_the_worst_severity_becomes_the_type_of_the_message(webhook: Webhook) -> None:
    for severities in (("info",), ("info", "critical", "warning")):
        Messenger(webhook.address).send(message_of([entry(i, severity=one) for i, one in enumerate(severities)]))
    assert [json.loads(body)["type"] for body in webhook.kept] == ["info", "failure"]


@pytest.mark.parametrize("scheme", ["form", "xml"])
def test_other_webhooks_get_the_ids(webhook: Webhook, scheme: str) -> None:
    assert Messenger(webhook.address.replace("json", scheme)).send(MESSAGE).is_taken
    body = webhook.requests[0][2]
    assert (
        f"<alerts>{' '.join(IDS)}</alerts>" in body if scheme == "xml" else parse_qs(body)["alerts"] == [" ".join(IDS)]
    )


def test_a_field_of_that_name_stays_what_its_owner_made_it(webhook: Webhook) -> None:
    Messenger(f"{webhook.address}?:alerts=mine").send(MESSAGE)
    assert json.loads(webhook.requests[0][2])["alerts"] == "mine"


def test_a_mail_has_the_ids_in_a_header(mailbox: Mailbox) -> None:
    assert Messenger(mailbox.address).send(MESSAGE) == Outcome(True)
    [mail] = mailbox.mails
    assert (mail["Subject"], mail["X-Alert-Ids"].split()) == (MESSAGE.title, IDS)
    assert "TSLA increased by 4.1%" in mail.get_body(("plain",)).get_content()


def test_a_mail_of_as_many_alerts_as_there_may_be_is_taken(mailbox: Mailbox) -> None:
    message = message_of([entry(number, ticker="A & <b>" + "T" * 57) for number in range(MAX_TOGETHER)])
    assert Messenger(mailbox.address).send(message).is_taken
    assert tuple(mailbox.mails[0]["X-Alert-Ids"].split()) == message.ids


@pytest.mark.parametrize("status", [204, 200])
def test_every_2xx_is_taken(webhook: Webhook, status: int) -> None:
    webhook.usual = status
    assert Messenger(webhook.address).send(MESSAGE) == Outcome(True, status=status)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_other_answers_are_not(webhook: Webhook, status: int) -> None:
    webhook.usual = status
    assert Messenger(webhook.address).send(MESSAGE) == Outcome(False, f"answers {status}", status)


@pytest.mark.parametrize("address", ["{}", "{}?redirect=yes"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed_and_not_taken_for_success(webhook: Webhook, status: int, address: str) -> None:
    webhook.usual = status
    outcome = Messenger(address.format(webhook.address)).send(MESSAGE)
    assert outcome == Outcome(False, f"answers {status}: it has moved, and needs its final address", status)
    assert (webhook.strayed, len(webhook.requests)) == ([], 1)


def test_it_tells_for_how_long_the_service_wants_to_be_left_alone(webhook: Webhook) -> None:
    webhook.usual, webhook.headers = 429, {"Retry-After": "17"}
    assert Messenger(webhook.address).send(MESSAGE) == Outcome(False, "answers 429", 429, 17)


@pytest.mark.parametrize("fault", [DROP, RESET, "closed"])
def test_no_answer_is_not_taken(webhook: Webhook, fault: str) -> None:
    webhook.usual = fault
    if fault == "closed":
        webhook.close()
    assert Messenger(webhook.address).send(MESSAGE) == Outcome(False, "cannot be reached, or refuses messages")


@pytest.mark.parametrize("answer", ["451 later", "550 never", "421 closing"])
def test_a_mail_that_is_refused_is_not_taken(mailbox: Mailbox, answer: str) -> None:
    mailbox.answers.append(answer)
    assert Messenger(mailbox.address).send(MESSAGE) == Outcome(False, "cannot be reached, or refuses messages")


@pytest.mark.parametrize("fault", [MUTE, DRIBBLE])
def test_nobody_waits_for_a_service_that_does_not_answer(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(messenger, "SEND_TIMEOUT", 0.1)
    webhook.usual = fault
    begun, one = time.monotonic(), Messenger(webhook.address)
    assert one.send(MESSAGE) == Outcome(False, "has not answered for 0.1 s")
    assert time.monotonic() - begun < 3


def test_as_long_as_several_have_not_answered_no_other_is_sent(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messenger, "SEND_TIMEOUT", 0.1)
    webhook.usual = DRIBBLE
    one = Messenger(webhook.address)
    outcomes = [one.send(MESSAGE).problem for _ in range(5)]
    assert outcomes == ["has not answered for 0.1 s"] * 3 + ["has not answered 3 messages yet"] * 2
    webhook.close()
    for thread in one._hung:
        thread.join()
    webhook.usual = 201
    webhook.open()
    assert one.send(MESSAGE).is_taken


def test_a_service_that_raises_is_not_taken(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.custom_json import NotifyJSON

    def fail(*arguments: object, **words: object) -> bool:
        raise RuntimeError(webhook.address)

    monkeypatch.setattr(NotifyJSON, "send", fail)
    assert not Messenger(webhook.address).send(MESSAGE).is_taken


def test_a_body_is_as_long_as_the_service_takes() -> None:
    message = Message("t" * 98, ("l" * 99_999,))
    assert len(Messenger("discord://1234567890/abcdefghij").body(message)) == 1900
    assert len(Messenger("json://127.0.0.1").body(message)) == MAX_BODY


def test_a_test_message_has_an_id(webhook: Webhook) -> None:
    message = Message("title", ("body",), ("test",), ('{"id": "test"}',))
    assert Messenger(webhook.address).send(message).is_taken
    assert json.loads(webhook.requests[0][2])["alerts"] == [{"id": "test"}]


SECRET = "sesame1234567890"
SENDING = """
import logging
import sys
logging.basicConfig(level=1)
from watch.grouping import Message
from watch.messenger import Messenger, UnknownServiceError
from watch.targets import TargetError, targets_of
for url in sys.stdin.read().split():
    for source in ("command line", "file"):
        try:
            for target in targets_of([url], source):
                outcome = Messenger(target.url).send(Message("t", ("b",))) if "@127.0.0.1:" in url or "//127" in url else ""
                print(target, outcome, file=sys.stderr)
        except TargetError as error:
            print(error, file=sys.stderr)
"""


@pytest.mark.parametrize("answer", [404, 301, HALF, RESET, "headers"])
def test_no_secret_is_said_by_us_or_by_any_package(webhook: Webhook, answer: int | str) -> None:
    webhook.usual = answer
    if answer == "headers":  # which urllib3 complains about, with the whole address
        webhook.usual, webhook.headers = 500, {"A B": "c", " d": "e\r\nno header"}
    base = webhook.address.removeprefix("json://")
    urls = [
        f"json://user:{SECRET}@{base}", f"json://{base}/{SECRET}?+Authorization={SECRET}", f"xml://{base}?-key={SECRET}",
        f"mailto://user:{SECRET}@{base}?from=a@b.example", f"tgram://123456789:{SECRET}/{SECRET}", f"slack://{SECRET}",
        f"gotify://{base}/{SECRET}", f"jsons://user:{SECRET}@{base}?verify=no", f"ntfy://{SECRET}:{SECRET}@{base}/{SECRET}",
        f"{SECRET}://{SECRET}", f"${SECRET}", f"@/nowhere/{SECRET[:3]}://{SECRET}", f"json://{base}?cto={SECRET}",
        f"json://{base}:{SECRET}",
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SENDING], input="\n".join(urls), capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert len(done.stderr.splitlines()) >= 2 * len(urls)
    assert SECRET not in done.stderr.replace(f"${SECRET} is not set", "")
    assert done.stdout == ""
