"""What services answered: seen by whoever asked, and by nobody else."""

from threading import Thread

import requests

from watch.answers import Answer, heard

from .webhook import Webhook


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
