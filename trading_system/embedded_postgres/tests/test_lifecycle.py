"""Who starts the server, who stops it, and what a killed process leaves to the next."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from embedded_postgres.cluster import OTHER_CONNECTIONS
from embedded_postgres.programs import ServerError
from embedded_postgres.server import PostgresServer
from serving.management.commands.serve import Command as Serve

from .servers import PROGRAM, SLOW_TO_LEAVE, User, ask, has_ended, postmaster, wait_until


def test_the_first_user_starts_it_and_the_last_to_leave_stops_it(
    server: PostgresServer, user: Callable[[PostgresServer], User]
) -> None:
    first, second = user(server).joined(), user(server).joined()
    first.leave()
    assert server.answers()
    second.leave()
    assert not server.answers()


def test_what_was_written_is_there_after_a_stop(server: PostgresServer) -> None:
    server.join()
    ask(server, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS answer")
    server.leave()
    server.join()
    assert ask(server, "SELECT answer FROM kept") == "42"


def test_many_first_starts_at_once_make_one_server(
    new_server: PostgresServer, user: Callable[[PostgresServer], User]
) -> None:
    users = [user(new_server) for _ in range(4)]
    for other in users:
        other.joined()
    running = postmaster(new_server)
    for other in users[1:]:
        other.leave()
    assert new_server.answers()
    assert postmaster(new_server) == running
    users[0].leave()
    assert not new_server.answers()


def test_each_thread_of_serve_can_have_a_connection(server: PostgresServer) -> None:
    server.join()
    defaults = Serve().create_parser("manage.py", "serve").parse_args([])
    most = int(ask(server, "SHOW max_connections"))
    assert defaults.workers * defaults.threads + OTHER_CONNECTIONS == most
    server.leave()


def test_threads_of_one_process_share_it(server: PostgresServer) -> None:
    threads = [threading.Thread(target=server.join) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.answers()
    server.leave()
    assert not server.answers()


def test_a_killed_python_leaves_the_server_to_the_next(
    server: PostgresServer, user: Callable[[PostgresServer], User]
) -> None:
    user(server).joined().kill()
    assert server.answers()
    running = postmaster(server)
    user(server).joined().leave()
    assert not server.answers()
    assert has_ended(running)


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_python_that_is_told_to_end_leaves_however_often_it_is_told(
    server: PostgresServer, user: Callable[..., User], first: signal.Signals
) -> None:
    other = user(server, PROGRAM.replace('print("joined"', f'{SLOW_TO_LEAVE}print("joined"')).joined()
    running = postmaster(server)
    other.process.send_signal(first)
    assert other.process.stdout is not None
    assert other.process.stdout.readline() == "leaving\n"
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        other.process.send_signal(signum)
    other.process.communicate("go on\n")
    assert has_ended(running)


def test_a_python_interrupted_while_it_starts_the_server_leaves_none(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program that starts it goes on by itself, and has not done so yet when the first stop is tried."""
    execute, halt, late = PostgresServer._execute, PostgresServer.halt, []

    def interrupted(
        self: PostgresServer, program: str, *arguments: str, keep: Sequence[int] = (), **options: Any
    ) -> None:
        if "start" not in arguments:
            return execute(self, program, *arguments, keep=keep, **options)
        command = ["sh", "-c", 'read -r _; exec "$@"', "sh", self.programs / program, *arguments]
        identity = self.account.identity()
        late.append(subprocess.Popen(command, cwd=self.home, stdin=subprocess.PIPE, pass_fds=keep, **identity))
        raise KeyboardInterrupt

    def then_let_it_start(self: PostgresServer) -> None:
        try:
            halt(self)
        finally:
            late[0].stdin.close()

    monkeypatch.setattr(PostgresServer, "_execute", interrupted)
    monkeypatch.setattr(PostgresServer, "halt", then_let_it_start)
    with pytest.raises(KeyboardInterrupt):
        server.join()
    server.leave()
    assert late[0].wait() == 0
    assert not (server.home / "data/postmaster.pid").exists()
    assert not server.run.exists()


def test_a_python_killed_while_it_makes_the_cluster_leaves_nothing_half_made(
    new_server: PostgresServer, user: Callable[[PostgresServer], User]
) -> None:
    other = user(new_server)
    wait_until(lambda: (new_server.home / "data.new/PG_VERSION").exists())
    other.kill()
    new_server.join()
    assert ask(new_server, "SELECT current_user") == "trading"


def test_a_killed_postmaster_is_replaced_and_no_commit_is_lost(server: PostgresServer) -> None:
    server.join()
    ask(server, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(postmaster(server), signal.SIGKILL)
    server.join()
    assert ask(server, "SELECT answer FROM kept") == "42"


def test_a_stale_pid_of_a_living_process_does_not_matter(server: PostgresServer) -> None:
    server.join()
    stale = (server.home / "data/postmaster.pid").read_text().splitlines()
    server.leave()
    sleeping = subprocess.Popen(["sleep", "60"], **server.account.identity())
    try:
        (server.home / "data/postmaster.pid").write_text("\n".join([str(sleeping.pid), *stale[1:]]) + "\n")
        server.join()
        assert postmaster(server) != sleeping.pid
    finally:
        sleeping.kill()
        sleeping.wait()


def test_ready_means_that_a_query_was_answered(server: PostgresServer) -> None:
    server.join()
    running = postmaster(server)
    os.kill(running, signal.SIGSTOP)
    waiting = threading.Thread(target=server.join)
    waiting.start()
    try:
        waiting.join(timeout=0.5)
        assert waiting.is_alive()
    finally:
        os.kill(running, signal.SIGCONT)
    waiting.join(timeout=30)
    assert not waiting.is_alive()
    assert postmaster(server) == running


def test_it_gives_up_after_the_timeout(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("embedded_postgres.server.START_TIMEOUT", 0)
        patch.setattr(PostgresServer, "answers", lambda self: False)
        with pytest.raises(ServerError, match="did not answer within 0 s"):
            server.join()


def test_a_server_that_cannot_start_says_where_to_read_why(server: PostgresServer) -> None:
    server.join()
    server.leave()
    configuration = server.home / "data/postgresql.conf"
    good = configuration.read_text()
    configuration.write_text(good + "no_such_setting = 1\n")
    with pytest.raises(ServerError, match=r"postgres\.log says why"):
        server.join()
    configuration.write_text(good)
    assert "no_such_setting" in (server.home / "postgres.log").read_text()


def test_data_of_another_major_version_is_left_alone_with_advice(server: PostgresServer) -> None:
    server.join()
    server.leave()
    version = server.home / "data/PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(ServerError, match=r"PostgreSQL 17, and this is 18: dump it with pg_dump 17, or set DATA_DIR"):
        server.join()
    assert version.read_text() == "17\n"
    version.write_text("18\n")
    server.join()


def test_a_fork_has_to_join_for_itself(server: PostgresServer) -> None:
    server.join()
    if not (child := os.fork()):
        os._exit(1 if server.joined else 0)
    assert os.waitpid(child, 0)[1] == 0
    assert server.joined


def test_a_data_directory_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(FileExistsError):
        PostgresServer(tmp_path / "data").join()
