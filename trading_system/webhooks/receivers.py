"""Where a webhook leads: the form of its address, and the parts of it that a connection needs. Pure."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from .addresses import is_public

URL_LENGTH = 2000
# Printable ASCII; a host or an address in brackets, and perhaps a port, without a user and a password before them.
URL = r"\Ahttps?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?([/?][!-\"$-~]*)?\Z"
FORM = "Must be http:// or https:// and a host, in ASCII, without a user, a password or a fragment."
TLS_ONLY = "Must be https://; WEBHOOK_PRIVATE_ADDRESSES=true would allow http://."
PRIVATE = "Leads to a private address; WEBHOOK_PRIVATE_ADDRESSES=true would allow it."
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Receiver:
    """`authority` is the host with its port, as the header `Host` has it; `path` has the query with it."""

    is_tls: bool
    host: str
    port: int
    authority: str
    path: str


def receiver_at(url: str) -> Receiver:
    """The parts of an address of the form URL; ValueError if its port is none."""
    parts = urlsplit(url)
    port = PORTS[parts.scheme] if parts.port is None else parts.port
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Receiver(parts.scheme == "https", parts.hostname or "", port, parts.netloc, path)


def refusal(url: str, *, is_private_allowed: bool) -> str | None:
    """Why nothing may be sent there, as far as the address itself tells; None if it may."""
    try:
        receiver = receiver_at(url)
    except ValueError:
        return FORM
    if is_private_allowed:
        return None
    if not receiver.is_tls:
        return TLS_ONLY
    return PRIVATE if is_private_name(receiver.host) else None


def is_private_name(host: str) -> bool:
    """Whether it can be told without looking the name up."""
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return not is_public(host)
