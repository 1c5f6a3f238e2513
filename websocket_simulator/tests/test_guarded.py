"""A feed for those alone who have its token, over TLS, and not for any number of clients of one address."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
from prometheus_client.parser import text_string_to_metric_families
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from credentials import Credentials
from feed import admission as admission_module
from feed.admission import Admission, network_of
from feed.broadcast import Feed
from watch.connection import UnreachableError, dial

from .admitted import get, opened

TOKEN = "s3cr3t-of-the-feed"


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    return file


@pytest.mark.parametrize(
    ("header", "is_let_in"),
    [
        (f"Token {TOKEN}", True),
        (f"bearer {TOKEN}", True),
        (f"Token {TOKEN}x", False),
        ("Token", False),
        (f"Basic {TOKEN}", False),
        ("Token \xff", False),
        (None, False),
    ],
)
async def test_who_has_the_token_is_let_in(header: str | None, is_let_in: bool, token_file: Path) -> None:
    headers = {"Authorization": header} if header else {}
    admission = Admission(Feed(), token_file=token_file)
    async with opened(admission) as port:
        coming = connect(f"ws://127.0.0.1:{port}", additional_headers=headers)
        if is_let_in:
            async with coming:
                pass
        else:
            with pytest.raises(InvalidStatus, match="401"):
                await coming
            assert admission.refused == 1


async def test_without_it_health_alone_is_told(token_file: Path) -> None:
    async with opened(Admission(Feed(), token_file=token_file)) as port:
        statuses = [(await asyncio.to_thread(get, port, path))[0] for path in ("/health", "/metrics", "/nothing", "/")]
    assert statuses == [200, 401, 401, 401]


async def test_a_token_can_be_replaced_while_it_runs(token_file: Path) -> None:
    async with opened(Admission(Feed(), token_file=token_file)) as port:
        feed = f"ws://127.0.0.1:{port}"
        async with await dial(feed, Credentials(token_file)):
            pass
        token_file.unlink()
        with pytest.raises(UnreachableError, match="No such file"):
            await dial(feed, Credentials(token_file))
        with pytest.raises(InvalidStatus, match="401"):
            await connect(feed, additional_headers={"Authorization": f"Token {TOKEN}"})
        token_file.write_text("another")
        async with await dial(feed, Credentials(token_file)):
            pass
        with pytest.raises(UnreachableError, match="401"):
            await dial(feed)


@pytest.mark.parametrize(("given", "allowed"), [(None, 5), (3, 3)])
async def test_clients_of_one_address_are_capped(given: int | None, allowed: int) -> None:
    admission = Admission(Feed(), max_per_address=given)
    async with opened(admission) as port:
        clients = [await connect(f"ws://127.0.0.1:{port}") for _ in range(allowed)]
        for _ in range(5 - allowed):
            with pytest.raises(InvalidStatus, match="429"):
                await connect(f"ws://127.0.0.1:{port}")
        assert admission.refused == 5 - allowed
        for client in clients:
            await client.close()
        async with connect(f"ws://127.0.0.1:{port}"):
            pass
    assert not admission.of


async def test_an_address_with_far_too_many_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission_module, "MAX_HANDSHAKES", 0)
    admission = Admission(Feed(), max_per_address=1)
    async with opened(admission) as port:
        first = await asyncio.open_connection("127.0.0.1", port)
        second = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(10):
            assert await second[0].read() == b""
        for _, writer in (first, second):
            writer.close()


@pytest.mark.parametrize(
    ("address", "limit"),
    [("203.0.113.5", 100), ("127.0.0.1", float("inf")), (network_of("::1"), float("inf")), ("", float("inf"))],
)
def test_other_machines_have_a_limit_by_themselves(address: str, limit: float) -> None:
    assert Admission(Feed()).limit_of(address) == limit


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_whose_clients_are_counted_together(address: str, counted: str) -> None:
    assert network_of(address) == counted


async def test_metrics_are_prometheus(token_file: Path) -> None:
    admission = Admission(Feed())
    async with opened(admission) as port, connect(f"ws://127.0.0.1:{port}"):
        status, content_type, text = await asyncio.to_thread(get, port, "/metrics")
    found = {sample.name: sample.value for family in text_string_to_metric_families(text) for sample in family.samples}
    assert (status, content_type.split(";")[0]) == (200, "text/plain")
    assert found == {
        "feed_clients": 1, "feed_backlog_bytes": 0, "feed_lag_seconds": 0,
        "feed_ticks_total": 0, "feed_dropped_readers_total": 0, "feed_refused_total": 0,
    }  # fmt: skip


@pytest.fixture
def certificates(tmp_path: Path) -> trustme.CA:
    """An authority, whose certificate is in ca.pem, and one of this machine in cert.pem and key.pem."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    return authority


def test_the_scripts_speak_tls_and_verify_it(
    certificates: trustme.CA, token_file: Path, tmp_path: Path, start: Callable[..., Any]
) -> None:
    server = start("server.py", "--port", "0", "--certfile", str(tmp_path / "cert.pem"),
                   "--keyfile", str(tmp_path / "key.pem"), "--token-file", str(token_file), "--rate", "50")  # fmt: skip
    url = server.stderr.readline().removeprefix("feed on ").strip()
    assert url.startswith("wss://")
    words = ["--url", url, "--token-file", str(token_file), "--duration", "1.5"]
    trusting = start("client.py", *words, "--cafile", str(tmp_path / "ca.pem"))
    doubting = start("client.py", *words)
    told = trusting.communicate(timeout=30)[1]
    assert f"connected to {url}" in told
    assert " 0 ticks" not in told
    assert "certificate verify failed" in doubting.communicate(timeout=30)[1]


async def test_the_token_goes_to_no_other_host(token_file: Path) -> None:
    heard: list[bytes] = []

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    other = await asyncio.start_server(elsewhere, "127.0.0.1", 0)
    where = other.sockets[0].getsockname()[1]

    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        head = f"HTTP/1.1 302 Found\r\nLocation: ws://localhost:{where}/\r\nContent-Length: 0\r\n\r\n"
        writer.write(head.encode())
        await writer.drain()
        writer.close()

    first = await asyncio.start_server(redirect, "127.0.0.1", 0)
    with pytest.raises(UnreachableError):
        await dial(f"ws://127.0.0.1:{first.sockets[0].getsockname()[1]}/", Credentials(token_file))
    first.close()
    other.close()
    assert [TOKEN.encode() in head for head in heard] == [True, False]


@pytest.mark.parametrize(
    ("script", "words", "message"),
    [
        ("server.py", ["--certfile", "x"], "one needs the other"),
        ("server.py", ["--certfile", "x", "--keyfile", "y"], "No such file"),
        ("server.py", ["--token-file", "nowhere"], "nowhere: No such file"),
        ("server.py", ["--max-per-address", "0"], "0 is not from 1"),
        ("client.py", ["--cafile", "nowhere"], "nowhere: No such file"),
        ("client.py", ["--token-file", "nowhere"], "nowhere: No such file"),
    ],
)
def test_what_is_wrong_is_named(script: str, words: list[str], message: str, start: Callable[..., Any]) -> None:
    program = start(script, *words)
    assert message in program.communicate(timeout=30)[1]
    assert program.returncode == 2


def test_a_certificate_that_is_none_is_named(tmp_path: Path, start: Callable[..., Any]) -> None:
    (tmp_path / "cert.pem").write_text("nothing")
    program = start("server.py", "--certfile", str(tmp_path / "cert.pem"), "--keyfile", str(tmp_path / "cert.pem"))
    assert "--certfile, --keyfile: " in program.communicate(timeout=30)[1]
