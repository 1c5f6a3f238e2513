"""The parts of an address that a connection needs."""

import pytest

from webhooks.receivers import Receiver, receiver_at, refusal


@pytest.mark.parametrize(
    ("url", "receiver"),
    [
        ("https://a.example", Receiver(True, "a.example", 443, "a.example", "/")),
        ("http://a.example:8080/b?c=%20&d", Receiver(False, "a.example", 8080, "a.example:8080", "/b?c=%20&d")),
        ("https://a.example?b", Receiver(True, "a.example", 443, "a.example", "/?b")),
        ("https://[2606:4700::1]:8443/", Receiver(True, "2606:4700::1", 8443, "[2606:4700::1]:8443", "/")),
    ],
)
def test_an_address_is_taken_apart(url: str, receiver: Receiver) -> None:
    assert receiver_at(url) == receiver
    assert refusal(url, is_private_allowed=True) is None


@pytest.mark.parametrize("url", ["https://a.example:99999/", "https://[::1/"])
def test_what_is_no_address_is_refused_whatever_is_allowed(url: str) -> None:
    assert refusal(url, is_private_allowed=True)


@pytest.mark.parametrize(
    "url", ["https://a.example/", "https://8.8.8.8/", "https://10.example/", "https://localhost.example/"]
)
def test_a_public_one_needs_no_setting(url: str) -> None:
    assert refusal(url, is_private_allowed=False) is None
