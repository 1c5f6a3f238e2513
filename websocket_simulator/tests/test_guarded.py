"""Both scripts with a token and TLS."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from websocket_simulator.tests.opened import opened
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

import client
import server
from credentials import Credentials
from feed.admission import Admission
from feed.broadcast import Feed
from watch.connection import UnreachableError, dial

if TYPE_CHECKING:
    import trustme

TOKEN = "s3cr3t-of-the-feed"


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    return file


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


@pytest.fixture
def certificates(tmp_path: Path) -> "trustme.CA":
    """An authority, whose certificate is in ca.pem, and one of this machine in cert.pem and key.pem."""
    import trustme

    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    return authority


def test_the_scripts_speak_tls_and_verify_it(
    certificates: "trustme.CA", token_file: Path, tmp_path: Path, start: Callable[..., Any], url_of: Callable[..., str]
) -> None:
    server = start("server.py", "--port", "0", "--certfile", str(tmp_path / "cert.pem"),
                   "--keyfile", str(tmp_path / "key.pem"), "--token-file", str(token_file), "--rate", "50")  # fmt: skip
    url = url_of(server)
    assert url.startswith("wss://")
    words = ["--url", url, "--token-file", str(token_file), "--duration", "1.5"]
    trusting = start("client.py", *words, "--cafile", str(tmp_path / "ca.pem"))
    doubting = start("client.py", *words)
    err = trusting.communicate(timeout=30)[1]
    assert f"connected to {url}" in err
    assert " 0 ticks" not in err
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
    ("program", "words", "message"),
    [
        (server, ["--certfile", "x"], "one needs the other"),
        (server, ["--certfile", "x", "--keyfile", "y"], "No such file"),
        (server, ["--token-file", "nowhere"], "nowhere: No such file"),
        (server, ["--max-per-address", "0"], "0 is not from 1"),
        (client, ["--cafile", "nowhere"], "nowhere: No such file"),
        (client, ["--token-file", "nowhere"], "nowhere: No such file"),
    ],
)
def test_what_is_wrong_is_named(
    program: ModuleType, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        program.parse_arguments(words)
    assert message in capsys.readouterr().err


def test_a_certificate_that_is_none_is_named(tmp_path: Path, start: Callable[..., Any]) -> None:
    (tmp_path / "cert.pem").write_text("nothing")
    program = start("server.py", "--certfile", str(tmp_path / "cert.pem"), "--keyfile", str(tmp_path / "cert.pem"))
    assert "--certfile, --keyfile: " in program.communicate(timeout=30)[1]
