#!/usr/bin/env python3
"""Install a file of requirements into a virtual environment, which is made if it is not there: for the Makefile.

Two commands that start at once in a fresh checkout do it one after the other. Any Python 3 can read this file, so that
an old one is told so.
"""

import fcntl
import subprocess
import sys
from pathlib import Path

VERSION = (3, 11)


def make_environment(venv: Path) -> None:
    """Make the environment, or end the program with what to install for that."""
    print(f"Making a virtual environment in {venv}", flush=True)
    if subprocess.call([sys.executable, "-m", "venv", str(venv)]):
        sys.exit(f"error: {sys.executable} -m venv failed; on Debian and Ubuntu: apt install python3-venv")


def install_packages(venv: Path, requirements: Path) -> int:
    """The exit status of pip."""
    print(f"Installing the packages of {requirements} into {venv}: about a minute, the first time only", flush=True)
    pip = [venv / "bin/python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    # Python compiles what is imported, a part of what is installed. For all of it, pip would take half as long again.
    return subprocess.call([*map(str, pip), "install", "--no-compile", "-r", str(requirements)])


def main(venv: Path, requirements: Path, stamp: Path) -> int:
    """`stamp` is a file that is newer than `requirements` once they are installed."""
    if sys.version_info < VERSION:
        found = sys.version.split()[0]
        sys.exit(f"error: Python 3.11 or later is needed, and {sys.executable} is {found}; name another: make PYTHON=…")
    venv.mkdir(exist_ok=True)
    with (venv / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.stat().st_mtime >= requirements.stat().st_mtime:
            return 0
        if not (venv / "made").exists():
            make_environment(venv)
            (venv / "made").touch()
        status = install_packages(venv, requirements)
        if not status:
            stamp.touch()
        return status


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
