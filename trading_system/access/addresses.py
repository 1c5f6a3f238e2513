"""The address of a request's client."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

IPV6_PREFIX = 64  # bits: what a provider gives to one customer


def by_trusted_proxy(request: HttpRequest) -> bool:
    """Whether X-Forwarded-* and X-Request-ID can be trusted. Only proxies use a Unix socket, which has no address."""
    return request.META.get("REMOTE_ADDR", "") in ("", *settings.TRUSTED_PROXIES)


def address_of(request: HttpRequest) -> str:
    """The client's IPv4 address or IPv6 network (/64); behind a trusted proxy, the last one of X-Forwarded-For.

    Empty if there is no valid address.
    """
    address: str = request.META.get("REMOTE_ADDR", "")
    if by_trusted_proxy(request):
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    try:
        ip = ip_address(address.partition("%")[0])  # without a zone, which the client could choose
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network((ip, IPV6_PREFIX), strict=False))
    return str(ip)
