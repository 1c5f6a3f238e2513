"""A run of the tests that was killed leaves servers and programs behind; the next run ends them."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from embedded_postgres.tests.servers import has_ended

from .running import ROOT, Running

FOREVER = """
import subprocess, sys
from pathlib import Path

from django.conf import settings
from embedded_postgres.base import server_in

from tests.named import NamedServer

def test_it() -> None:
    server_in(settings.DATA_DIR).join()
    places = Path(settings.DATA_DIR, "postgres"), NamedServer(Path("/")).place
    servers = [(place / "data/postmaster.pid").read_text().split()[0] for place in places]
    program = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], start_new_session=True)
    print("\\nrunning:", *servers, program.pid, flush=True)
    program.wait()
"""
NEXT = "def test_nothing() -> None: pass\n"


def command(folder: Path, text: str) -> list[str | Path]:
    """A run with this one test, and with all that holds for every run."""
    (folder / "test_it.py").write_text(text)
    options = ("-c", ROOT / "pytest.ini", "-p", "conftest", "-p", "no:schemathesis", "-n0", "-s")  # a second to import
    return [sys.executable, "-m", "pytest", *options, folder / "test_it.py"]


def test_the_next_ends_what_it_left(run: Callable[..., Running], tmp_path: Path) -> None:
    base = Path(tempfile.mkdtemp())
    base.chmod(0o711)
    killed = run(*command(tmp_path, FOREVER), TMPDIR=str(base))
    pids = [int(word) for word in killed.read_until("running:").split()[1:]]
    killed.process.kill()
    killed.process.wait()
    assert len(pids) == 3
    assert not any(has_ended(pid) for pid in pids)
    following = run(*command(tmp_path, NEXT), TMPDIR=str(base))
    assert "1 passed" in following.read_until(" passed")
    assert following.process.wait(timeout=60) == 0
    assert all(has_ended(pid) for pid in pids)
    assert not list(base.iterdir())
