"""What services answered: seen by whoever asked, and by nobody else."""

from datetime import UTC, datetime
from threading import Thread

import pytest
import requests

from watch.answers import MAX_RETRY_AFTER, Answer, heard, seconds_of

from .webhook import Webhook

NOW = datetime(2026, 11, 27, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, 0), ("", 0), ("0", 0), ("17", 17), (" 17 ", 17), ("86400", MAX_RETRY_AFTER), ("-3", 0), ("1.5", 0), ("²", 0),
     ("soon", 0), ("Fri, 27 Nov 2026 15:00:30 GMT", 30), ("Fri, 27 Nov 2026 15:00:30 -0000", 30),
     ("Fri, 27 Nov 2026 14:00:00 GMT", 0), ("Sat, 27 Nov 2027 14:00:00 GMT", MAX_RETRY_AFTER), ("9" * 400, MAX_RETRY_AFTER)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float) -> None:
    assert seconds_of(header, NOW) == seconds


def test_answers_are_heard_in_their_order_while_one_listens(webhook: Webhook) -> None:
    webhook.answers.extend([201, 503, 201])
    webhook.headers = {"Retry-After": "3"}
    url = f"{webhook.url}/hook"
    with heard() as answers:
        requests.post(url, "a", timeout=9)
        requests.post(url, "b", timeout=9)
    requests.post(url, "c", timeout=9)
    assert answers == [Answer(201, "3"), Answer(503, "3")]


def test_those_of_another_thread_are_not_heard(webhook: Webhook) -> None:
    with heard() as answers:
        thread = Thread(target=requests.post, args=(f"{webhook.url}/hook", "a"), kwargs={"timeout": 9})
        thread.start()
        thread.join()
    assert (answers, len(webhook.requests)) == ([], 1)
