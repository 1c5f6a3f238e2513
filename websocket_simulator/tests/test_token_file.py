"""Tokens in files: they are sent as a header, replaced while the watch runs, and never shown."""

from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from credentials import Credentials
from options import token_file
from watch.arguments import parse_arguments
from watch.delivery import Delivery
from watch.outbox import Outbox

from .ledger import Ledger, until


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text("first-token\n")
    return path


def test_each_alert_brings_the_token_that_the_file_has_by_then(ledger: Ledger, kept: Path) -> None:
    said: list[str] = []
    outbox = Outbox(None, ["ledger"], said.append)
    one = Delivery(ledger.url, outbox, said.append, Credentials(kept))
    one.start()
    outbox.put("1", "{}")
    one.drain()
    kept.write_text("second-token")
    outbox.put("2", "{}")
    one.drain()
    one.end()
    assert ledger.tokens == ["Token first-token", "Token second-token"]
    assert said == []


def test_a_token_that_is_gone_is_said_and_waited_for(
    ledger: Ledger, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watch.connection.FIRST_DELAY", 0.01)
    said: list[str] = []
    kept.write_text("")
    outbox = Outbox(None, ["ledger"], said.append)
    one = Delivery(ledger.url, outbox, said.append, Credentials(kept))
    one.start()
    outbox.put("1", "{}")
    until(lambda: said)
    kept.write_text("third-token")
    one.drain()
    one.end()
    assert ledger.tokens == ["Token third-token"]
    assert "there is no token in it" in said[0]


@pytest.mark.parametrize("content", [b"", b"two words", b"one\ntwo", "schlüssel".encode(), b"x" * 2000])
def test_what_is_no_token_is_refused_and_not_shown(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "token"
    path.write_bytes(content)
    with pytest.raises(ArgumentTypeError) as refusal:
        token_file(str(path))
    assert str(refusal.value) == f"{path}: there is no token in it: one line of letters, digits and signs"


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_arguments(["--api", "http://127.0.0.1", "--api-token-file", str(tmp_path / "none")])
    assert "none: No such file or directory" in capsys.readouterr().err


def test_a_token_without_an_api_is_an_error(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_arguments(["--api-token-file", str(kept)])
    assert "--api-token-file needs --api" in capsys.readouterr().err
