"""An authority that fakes and those who connect to them trust."""

import ssl
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import trustme


@pytest.fixture(scope="session")
def authority() -> "trustme.CA":
    import trustme

    return trustme.CA()


@pytest.fixture(scope="session")
def server_tls(authority: "trustme.CA") -> ssl.SSLContext:
    """What a server on this machine shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(scope="session")
def client_tls(authority: "trustme.CA") -> ssl.SSLContext:
    """What trusts the authority, and no other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    return context
