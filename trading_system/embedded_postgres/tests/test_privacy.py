"""Nobody else on the machine gets in, and nothing of theirs is changed."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from embedded_postgres import programs
from embedded_postgres.cluster import DATABASE
from embedded_postgres.programs import Account, ServerError, account_for, programs_for
from embedded_postgres.server import PostgresServer

from .servers import ask, postmaster, remove

NOBODY = 65534
ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def look(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid


def succeeds_as(uid: int, act: Callable[[], object]) -> bool:
    """Whether `act` raises nothing in a process of that user."""
    if not (child := os.fork()):
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            act()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def test_every_path_will_do(anywhere: PostgresServer) -> None:
    assert ask(anywhere, "SELECT 1") == "1"
    assert len(str(anywhere.run.resolve() / ".s.PGSQL.5432")) <= 103


@as_root
def test_another_user_is_refused(anywhere: PostgresServer) -> None:
    def enter() -> None:
        psycopg2.connect(**anywhere.address, dbname=DATABASE).close()

    assert succeeds_as(0, enter)
    assert not succeeds_as(NOBODY, enter)
    assert not succeeds_as(NOBODY, lambda: list(anywhere.home.resolve().iterdir()))
    assert not succeeds_as(NOBODY, lambda: list(anywhere.run.resolve().iterdir()))


def test_everything_it_makes_is_private(anywhere: PostgresServer) -> None:
    for path in (anywhere.data_dir, anywhere.home.resolve(), anywhere.home / "data", anywhere.run.resolve()):
        assert look(path)[0] == 0o700, path
    assert look(anywhere.run.resolve() / ".s.PGSQL.5432")[0] == 0o700
    for name in ("lock", "users", "alive"):
        assert look(anywhere.data_dir / name)[0] == 0o600


def test_no_directory_that_was_there_is_changed(tmp_path: Path, new_server: PostgresServer) -> None:
    (tmp_path / "data").mkdir(mode=0o750)
    existing = [tmp_path / "data", *(tmp_path / "data").parents, *programs_for(Account(NOBODY, NOBODY)).parents]
    before = [look(path) for path in existing]
    new_server.join()
    new_server.leave()
    assert [look(path) for path in existing] == before


def test_the_socket_directory_is_gone_when_it_is_stopped(anywhere: PostgresServer) -> None:
    run = anywhere.run.resolve()
    anywhere.leave()
    assert not run.exists()
    assert not anywhere.run.is_symlink()


def test_nothing_listens_on_tcp_and_all_is_utc_and_utf8(server: PostgresServer) -> None:
    server.join()
    shown = [ask(server, f"SHOW {name}") for name in ("listen_addresses", "TimeZone", "server_encoding", "fsync")]
    assert shown == ["", "UTC", "UTF8", "on"]
    assert ask(server, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C"
    assert ask(server, "SELECT usesuper FROM pg_user WHERE usename = current_user") == "False"


@as_root
def test_root_runs_it_as_an_account_of_its_own(server: PostgresServer) -> None:
    server.join()
    account = Path(f"/proc/{postmaster(server)}").stat().st_uid
    assert account == server.account.uid
    assert account != 0
    assert look(server.home.resolve())[1] == account


@as_root
def test_root_runs_it_as_the_owner_of_the_data(tmp_path: Path) -> None:
    os.chown(tmp_path, NOBODY, NOBODY)
    assert account_for(tmp_path) == (NOBODY, NOBODY)
    os.chown(tmp_path, NOBODY, 0)
    assert account_for(tmp_path) == (NOBODY, NOBODY)


@pytest.mark.usefixtures("quick_start")
def test_it_is_kept_in_the_data_directory_where_the_account_can_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embedded_postgres.cluster.shared_directory", lambda: pytest.fail("an ordinary user may not"))
    server = PostgresServer(account_for(Path("/")).make_private_directory(Path(tempfile.gettempdir())))
    try:
        server.join()
        assert not server.home.is_symlink()
    finally:
        remove(server)
        shutil.rmtree(server.data_dir)


@as_root
@pytest.mark.skipif(shutil.which("useradd") is None, reason="there is no useradd")
def test_processes_that_make_the_account_at_once_get_the_same() -> None:
    name = f"trading_test_{os.getpid()}"
    program = (
        f"from embedded_postgres import programs; from pathlib import Path; programs.ACCOUNT = {name!r}; "
        "print('ready', flush=True); input(); print(programs.account_for(Path('/')).uid)"
    )
    command, pipe = [sys.executable, "-c", program], subprocess.PIPE
    running = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    try:
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert {process.communicate()[0].strip() for process in running} == {str(pwd.getpwnam(name).pw_uid)}
    finally:
        subprocess.run(["userdel", name], check=True)


@as_root
def test_an_account_that_cannot_be_made_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "ACCOUNT", "no_such_account_here")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServerError, match=r"useradd .* no_such_account_here"):
        account_for(Path("/"))


def test_programs_that_the_account_cannot_reach_are_copied_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "SHARED", tmp_path / "shared")
    monkeypatch.setattr(Account, "reaches", lambda self, path: False)
    account = Account(os.geteuid(), os.getegid())
    copied = programs_for(account)
    assert copied.is_relative_to(tmp_path / "shared")
    assert look(copied / "postgres")[0] == 0o755
    made = (copied / "postgres").stat().st_mtime_ns
    assert programs_for(account) == copied
    assert (copied / "postgres").stat().st_mtime_ns == made
    assert subprocess.run([copied / "postgres", "--version"], capture_output=True, check=True).stdout


def test_data_that_is_gone_is_not_silently_made_anew(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path)
    server.home.symlink_to(tmp_path / "gone")
    with pytest.raises(ServerError, match=r"the data is gone from .*: restore it, or remove"):
        server.join()
    assert not (tmp_path / "gone").exists()
    server.leave()


def copied(server: PostgresServer) -> PostgresServer:
    """A copy of the data directory, as of a whole checkout that was copied."""
    copy = server.data_dir.with_name("copy")
    subprocess.run(["cp", "-a", server.data_dir, copy], check=True)
    return PostgresServer(copy)


@as_root
@pytest.mark.usefixtures("quick_start")
def test_a_copy_that_would_share_the_data_is_refused(new_server: PostgresServer) -> None:
    new_server.join()
    copy = copied(new_server)
    for use in (copy.join, copy.stop):
        with pytest.raises(ServerError, match=r"is a copy whose data is still that of .*data: remove"):
            use()
    assert ask(new_server, "SELECT 1") == "1"


@pytest.mark.usefixtures("quick_start")
def test_a_copy_with_data_of_its_own_leaves_the_original_alone() -> None:
    account = account_for(Path("/"))
    place = account.make_private_directory(Path(tempfile.gettempdir()))
    original = PostgresServer(place / "odd name")
    original.data_dir.mkdir(mode=0o700)
    os.chown(original.data_dir, *account)
    try:
        original.join()
        assert original.run.is_symlink()
        copy = copied(original)
        copy.join()
        assert copy.address != original.address
        copy.leave()
        assert ask(original, "SELECT 1") == "1"
    finally:
        remove(original)
        shutil.rmtree(place)


@pytest.mark.usefixtures("quick_start")
def test_a_directory_that_was_moved_keeps_its_data(new_server: PostgresServer) -> None:
    new_server.join()
    ask(new_server, "CREATE TABLE kept AS SELECT 42 AS answer")
    new_server.leave()
    moved = PostgresServer(new_server.data_dir.rename(new_server.data_dir.with_name("moved")))
    try:
        moved.join()
        assert ask(moved, "SELECT answer FROM kept") == "42"
    finally:
        remove(moved)


@as_root
def test_stopping_empties_no_directory_that_somebody_put_there(tmp_path: Path, server: PostgresServer) -> None:
    (tmp_path / "file").touch()
    server.run.symlink_to(tmp_path)
    server.stop()
    assert (tmp_path / "file").exists()
    server.run.unlink(missing_ok=True)


def test_a_lock_that_is_a_link_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data/lock").symlink_to(tmp_path / "file")
    with pytest.raises(OSError, match="symbolic links"):
        PostgresServer(tmp_path / "data").join()


def test_a_missing_wheel_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "WHEEL", "no_such_wheel")
    with pytest.raises(ServerError, match="pip install"):
        programs_for(Account(0, 0))
