"""What threads that send to the ledger do alike: send until nothing is left, and tell what has to be sent again."""

from collections.abc import Callable
from http.client import HTTPException
from threading import Event
from typing import NamedTuple, Protocol

from credentials import Credentials, authorization
from status import reason
from watch.api import Answer, post
from watch.connection import delays

RETRIED = (401, 403, 408, 429)  # the 4xx that say nothing against what was sent; a token can be replaced


class Away(NamedTuple):
    """The ledger wants it again, after `pause` seconds at least; `problem` says why."""

    problem: str
    pause: float


class Sender(Protocol):
    """`step` sends something and returns whether there was anything; `pause` is None unless it has to be sent again."""

    pause: float | None

    def step(self) -> bool:
        """Send once."""


def send_until(ending: Event, sender: Sender, wait: Callable[[], object]) -> None:
    """Send until `ending` and nothing is left, or what was tried after that has to be sent again.

    `wait` is called when nothing is left.
    """
    waits = delays()
    while True:
        is_last = ending.is_set()
        is_found = sender.step()
        if is_last and not (is_found and sender.pause is None):
            return
        if sender.pause is not None:
            ending.wait(max(next(waits), sender.pause))
            continue
        waits = delays()
        if not is_found:
            wait()


def post_once(address: str, body: str, credentials: Credentials) -> Answer | Away:
    """Send JSON; what comes back is an answer only if that is the ledger's last word."""
    try:
        answer = post(address, body, authorization(credentials.token_file), credentials.tls)
    except (OSError, HTTPException, ValueError) as error:  # of the token's file, or the answer
        return Away(reason(error), 0.0)
    if answer.status >= 500 or answer.status in RETRIED:
        return Away(f"answers {answer.status}", answer.retry_after)
    return answer
