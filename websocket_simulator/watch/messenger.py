"""The only module that knows Apprise: an address becomes a service, and a message is sent through it once.

Nothing that Apprise or the packages below it log is let out, as it may have secrets of the address in it.
"""

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from retry import retry_after
from watch.answers import MAX_RETRY_AFTER, heard
from watch.grouping import MAX_BODY, Message

if TYPE_CHECKING:
    from apprise import NotifyBase

SEND_TIMEOUT = 30.0  # seconds for a message, after which nobody waits for its answer
MAX_HUNG = 3  # messages to a target whose answers may still come; as long as there are so many, no other is sent
QUIET = ("apprise", "urllib3", "requests", "requests_oauthlib", "oauthlib", "slixmpp", "paho")
TYPES = {"critical": "failure", "warning": "warning", "info": "info"}  # Apprise's; some services show or need them
HEADER_IDS = 4  # on a line of the header of a mail
INSTALL = "notifications need Apprise: pip install -r requirements-notify.txt"
MASKED = re.compile(r"\.\.\.|\*\*\*\*")
END_OF_HOST = re.compile(r"[/?#]")


class UnknownServiceError(ValueError):
    """Apprise is not installed, or makes nothing of the address; the message has nothing of the address in it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`status` is that of the last answer over HTTP; `retry_after` are the seconds for which it asked."""

    is_taken: bool
    problem: str = ""
    status: int | None = None
    retry_after: float = 0.0


def service_of(url: str) -> "NotifyBase":
    """The service at an address. It follows no redirection, which would lose the message, and cuts what is too long."""
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        from apprise import Apprise, AppriseAsset, OverflowMode
    except ImportError:
        raise UnknownServiceError(INSTALL) from None
    service = Apprise.instantiate(url, asset=AppriseAsset(http_redirects=False, storage_mode="memory"))
    if service is None:
        raise UnknownServiceError("Apprise does not know such an address, or something is missing in it")
    service.redirects, service.overflow_mode, service.retry = False, OverflowMode.TRUNCATE, 0
    return service


def name_of(service: "NotifyBase") -> str:
    """The scheme and the host, if that is one and no secret: `slack://T...2`, `json://127.0.0.1:8000`, `ntfys://…`."""
    scheme, _, rest = service.url(privacy=True).partition("://")
    shown = END_OF_HOST.split(rest)[0].rpartition("@")[2]
    templates: tuple[str, ...] = service.templates
    host, is_always_host = service.host or "", all("{host}" in template for template in templates)
    is_host = bool(host) and shown in (host, f"{host}:{service.port}") and (is_always_host or "." in host)
    return f"{scheme}://{shown if is_host or MASKED.search(shown) else '…'}"


def has_secret(service: "NotifyBase", url: str) -> bool:
    """Whether Apprise hides a part of it, or there are headers and fields of a request in it, which Apprise shows."""
    names = (unquote(part)[:1] for part in urlsplit(url).query.split("&"))
    return service.url(privacy=True) != service.url() or any(name in "+-:" for name in names if name)


class Messenger:
    """Sends messages to one address."""

    def __init__(self, url: str) -> None:
        self._url = url
        service = service_of(url)
        self._longest = service.body_maxlen
        self._hung: list[Thread] = []

    def body(self, message: Message) -> str:
        """As much of it as the service takes; some write the title into it."""
        return message.body(max(1, min(MAX_BODY, self._longest - len(message.title) - 2)))

    def send(self, message: Message) -> Outcome:
        """Send it, once, within SEND_TIMEOUT. If it was not taken it may still arrive: an answer can be lost."""
        self._hung = [thread for thread in self._hung if thread.is_alive()]
        if len(self._hung) >= MAX_HUNG:
            return Outcome(False, f"has not answered {MAX_HUNG} messages yet")
        outcomes: list[Outcome] = []
        thread = Thread(target=lambda: outcomes.append(self._send(message)), daemon=True)
        thread.start()  # Apprise's own time limit leaves a thread for which the end of the program waits
        thread.join(SEND_TIMEOUT)
        if outcomes:
            return outcomes[0]
        self._hung.append(thread)
        return Outcome(False, f"has not answered for {SEND_TIMEOUT:g} s")

    def _send(self, message: Message) -> Outcome:
        with heard() as answers:
            try:
                service = service_of(self._url)  # a new one, as one that hangs may still use the last
                mark(service, message)
                is_taken = service.notify(
                    body=self.body(message),
                    title=message.title,
                    body_format="text",
                    notify_type=TYPES[message.severity],
                )
            except Exception:  # of any service; its text may have the address in it
                is_taken = False
        status = answers[-1].status if answers else None
        if is_taken and not (status and 300 <= status < 400):
            return Outcome(True, status=status)
        asked = retry_after(answers[-1].retry_after if answers else None, datetime.now(UTC), MAX_RETRY_AFTER)
        return Outcome(False, problem_of(status), status, asked)


def problem_of(status: int | None) -> str:
    """What is said of a message that was not taken."""
    if status is None:
        return "cannot be reached, or refuses messages"
    if 300 <= status < 400:
        return f"answers {status}: it has moved, and needs its final address"
    return f"answers {status}"


def mark(service: "NotifyBase", message: Message) -> None:
    """Add what tells a message from its double: the ids to a mail's headers, the alerts to what a webhook is sent."""
    import json

    from apprise.plugins.custom_form import NotifyForm
    from apprise.plugins.custom_json import NotifyJSON
    from apprise.plugins.custom_xml import NotifyXML
    from apprise.plugins.email.base import NotifyEmail

    ids = message.ids
    if isinstance(service, NotifyEmail):
        lines = (" ".join(ids[begin : begin + HEADER_IDS]) for begin in range(0, len(ids), HEADER_IDS))
        service.headers.setdefault("X-Alert-Ids", "\n ".join(lines))  # which Apprise does not fold
    elif isinstance(service, NotifyJSON):
        service.payload_extras.setdefault("alerts", [json.loads(alert) for alert in message.alerts])
    elif isinstance(service, NotifyForm | NotifyXML):
        service.payload_extras.setdefault("alerts", " ".join(ids))
