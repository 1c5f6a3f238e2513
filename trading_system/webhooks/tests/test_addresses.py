"""Without the setting, no message leads into a private network, in whatever way its address is written."""

import pytest

from webhooks.addresses import RefusedError, addresses_of, is_public

PRIVATE = """
    0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 192.0.0.1 192.0.2.1 192.88.99.1
    192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1
    64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1:: 2002:808:808:: 3fff::1 4000::1 5f00::1 fc00::1
    fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
"""
PUBLIC = ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE.split())
def test_it_is_private(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_it_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "017700000001", "::1"])
def test_a_host_that_means_a_private_one_is_refused(host: str) -> None:
    with pytest.raises(RefusedError, match="WEBHOOK_PRIVATE_ADDRESSES"):
        addresses_of(host, 80, is_private_allowed=False)


def test_the_setting_allows_them() -> None:
    assert addresses_of("127.0.0.1", 80, is_private_allowed=True) == ["127.0.0.1"]


def test_of_a_name_with_several_the_public_ones_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", (address, 443)) for address in ("10.0.0.1", "8.8.8.8", "8.8.8.8", "169.254.169.254")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    assert addresses_of("receiver.example", 443, is_private_allowed=False) == ["8.8.8.8"]
