"""Which addresses a webhook may lead to: without a setting, none of the network that the ledger itself is in.

A name is looked up once for each attempt, and the connection goes to an address that was looked at: a name that means
something else a moment later leads nowhere else.
"""

import socket
from ipaddress import IPv4Address, IPv6Network, ip_address, ip_network

UNICAST = IPv6Network("2000::/3")  # all that is given out of IPv6
# Addresses that stand for one of IPv4, which is what counts: mapped, and of a translator.
EMBEDDING = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
# Tunnels whose end nobody knows, and what Python 3.11 does not know to be for documentation.
REFUSED = tuple(map(ip_network, ("192.88.99.0/24", "2001::/32", "2002::/16", "3fff::/20")))
MAX_ADDRESSES = 3  # of a name that are tried


class RefusedError(Exception):
    """The receiver may not be connected to; the message says why."""


def is_public(address: str) -> bool:
    """Whether an IP address, as text, is one of the internet."""
    found = ip_address(address.partition("%")[0])
    if any(found in network for network in EMBEDDING):
        found = IPv4Address(int(found) & 0xFFFF_FFFF)
    if any(found in network for network in REFUSED) or (found.version == 6 and found not in UNICAST):
        return False
    return found.is_global and not found.is_multicast


def addresses_of(host: str, port: int, *, is_private_allowed: bool) -> list[str]:
    """The addresses of a host that may be connected to, the best first.

    RefusedError if all that it has are private; OSError if the name is not known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    allowed = [one for one in addresses if is_private_allowed or is_public(one)]
    if not allowed:
        raise RefusedError("leads to a private address; WEBHOOK_PRIVATE_ADDRESSES=true would allow it")
    return allowed[:MAX_ADDRESSES]
