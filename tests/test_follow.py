"""`manage.py follow` behind a ledger in production: its file is the book, whatever happens to either of them."""

import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from embedded_postgres.tests.servers import wait_until
from following.lines import BEGIN, CURSOR, copy_of

from . import managed
from .followed import Ledger, trade
from .managed import MANAGE
from .production import Production, issue
from .running import Running, call, clean_environment, free_port

ROUNDS = 30  # of changes, while followers are killed
SECONDS = (0.2, 1.2)  # for which a follower lives; the start takes a part of them


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    issue(folder := tmp_path_factory.mktemp("certificates"))
    return folder


@pytest.fixture(scope="module")
def secured(
    named_server: tuple[Path, dict[str, str]], production: Production, certificates: Path
) -> Iterator[Production]:
    """The same ledger, with TLS of its own."""
    running = Production(production.settings, unheard=True, certificate=certificates)
    yield running
    running.server.kill()


@pytest.fixture
def ledger(secured: Production, tmp_path: Path) -> Ledger:
    return Ledger(secured, tmp_path)


def write(ledger: Ledger) -> None:
    """Add, change, delete and restore trades, one by one and many at once."""
    for number in range(ROUNDS):
        made = [ledger.ask("POST", "trades/", trade("AAPL", note=f"{number}.{i}")) for i in range(3)]
        ledger.ask("PATCH", f"trades/{made[0]['id']}/", {"price": f"{number + 1}.5"})
        for one in made[1:]:
            ledger.ask("DELETE", f"trades/{one['id']}/")
        ledger.ask("POST", f"trades/{made[1]['id']}/restore/")
        file = [trade("MSFT", timestamp="2025-06-06T20:00:00Z", external_id=str(uuid4())) for _ in range(100)]
        undone = ledger.ask("POST", "trades/bulk/", file)["import"]
        if number % 3:
            ledger.ask("POST", f"imports/{undone}/undo/")
        if number % 3 == 2:
            ledger.ask("POST", f"imports/{undone}/redo/")


def changes_in(file: Path) -> Iterator[str]:
    for text in file.read_text().splitlines():
        if not text.startswith((BEGIN.decode(), CURSOR.decode())):
            yield text


def test_a_follower_that_is_killed_again_and_again_has_the_book_and_every_change_once(ledger: Ledger) -> None:
    kills = 0
    with ThreadPoolExecutor() as pool:
        written = pool.submit(write, ledger)
        while not written.done():
            follower = ledger.follower()
            with suppress(subprocess.TimeoutExpired):
                follower.process.wait(random.uniform(*SECONDS))
            follower.kill()
            kills += 1
        written.result()
    assert ledger.once().returncode == 0
    assert ledger.copy() == ledger.book()
    assert kills > 1
    assert max(Counter(changes_in(ledger.file)).values()) == 1


def test_a_change_is_there_soon_and_the_end_is_quiet(ledger: Ledger) -> None:
    follower = ledger.follower()
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            made = ledger.ask("POST", "trades/", trade("AAPL"))
            wait_until(lambda: ledger.file.exists() and ledger.copy().get(made["id"]) == made)  # noqa: B023
            follower.process.send_signal(number)
            assert follower.process.wait(10) == 0
            assert follower.process.communicate() == ("", None)
            follower = ledger.follower()
    finally:
        follower.kill()


def test_once_ends_when_all_is_there_and_needs_no_database(ledger: Ledger) -> None:
    for _ in range(2):
        made = ledger.ask("POST", "trades/", trade("AAPL"))
        done = ledger.once()
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert ledger.copy()[made["id"]] == made
    assert ledger.file.read_bytes().count(BEGIN) == 1


def test_other_accounts_begin_the_copy_anew(ledger: Ledger) -> None:
    ledger.ask("POST", "accounts/", {"name": f"family-{ledger.production.port}", "currency": "EUR"})
    ledger.ask("POST", "trades/", trade("AAPL"))
    assert ledger.once("--account", "main").returncode == 0
    before = ledger.file.read_bytes()
    done = ledger.once()
    assert (done.returncode, done.stdout) == (0, "")
    assert "Beginning anew" in done.stderr
    assert ledger.file.read_bytes().startswith(before)
    assert ledger.copy() == ledger.book()


def test_a_token_that_is_refused_ends_it(ledger: Ledger) -> None:
    ledger.token_file.write_text("none")
    done = ledger.once()
    assert done.returncode == 1
    assert "it answers 401: " in done.stderr
    assert ledger.file.read_bytes() == b""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ftp://ledger", "--into", "x"], "is not an address"),
        (["https://user:password@ledger", "--into", "x"], "is not an address"),
        (["http://ledger"], "--into"),
        (["http://ledger", "--into", "x", "--token-file", "/nowhere"], "No such file"),
        (["http://ledger", "--into", "x", "--cafile", __file__], "--cafile"),
    ],
)
def test_wrong_usage_is_said(words: list[str], said: str, tmp_path: Path) -> None:
    done = managed.manage("follow", *words, environment=clean_environment())
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_ledger_that_comes_and_goes_is_asked_again(
    migrated: None, serve: Callable[[int], tuple[Running, str]], run: Callable[..., Running], tmp_path: Path
) -> None:
    port, file = free_port(), tmp_path / "trades.ndjson"
    follower = run(sys.executable, MANAGE, "follow", f"http://127.0.0.1:{port}", "--into", file)
    follower.read_until("Connection refused; trying again")
    for _ in range(2):
        api, url = serve(port)
        follower.read_until("it answers again")
        _, made = call(f"{url}/api/trades/", trade("AAPL"))
        wait_until(lambda: copy_of(file.read_bytes().splitlines(keepends=True)).get(made["id"]) == made)  # noqa: B023
        api.kill()
        follower.read_until("trying again")
