"""manage.py run to its end, many times and quickly: most of what a command takes is imports.

One process has imported what knows nothing of settings, and forks for each command. The fork becomes that command: its
environment, its directory, its output, its settings read anew, its own way to end.
"""

import atexit
import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MANAGE = ROOT / "trading_system/manage.py"
PATIENCE = 60  # seconds for a command to end
PROGRAM = """
import importlib, json, os, runpy, signal, sys

for name in ("django.core.management", "django.db.models", "django.db.backends.postgresql.base", "django.contrib.admin",
             "django.core.servers.basehttp", "django.template.loader_tags", "django.test", "rest_framework.compat",
             "rest_framework.serializers", "structlog", "whitenoise.storage", "csp.constants", "msgspec", "jsonschema"):
    importlib.import_module(name)

def wait_for(child, seconds):
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(seconds)
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    return os.waitstatus_to_exitcode(status)

while line := sys.stdin.readline():
    words, environment, directory, output, seconds = json.loads(line)
    if not (child := os.fork()):
        break
    print(wait_for(child, seconds), flush=True)
else:
    os._exit(0)

for number, name in enumerate((os.devnull, *output)):
    os.dup2(os.open(name, os.O_RDWR), number)
os.environ.clear()
os.environ |= environment
os.chdir(directory)
sys.argv, sys.path[0] = words, os.path.dirname(words[0])
runpy.run_path(words[0], run_name="__main__")
"""


@cache
def forking() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    atexit.register(process.communicate)  # it ends with its input
    return process


def manage(*words: str | Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a command as somebody does who stands in trading_system/ and has this environment."""
    server = forking()
    assert server.stdin is not None
    assert server.stdout is not None
    command = [str(MANAGE), *map(str, words)]
    with tempfile.NamedTemporaryFile("r") as out, tempfile.NamedTemporaryFile("r") as err:
        request = command, environment, str(MANAGE.parent), (out.name, err.name), PATIENCE
        server.stdin.write(f"{json.dumps(request)}\n")
        server.stdin.flush()
        status = int(server.stdout.readline())
        return subprocess.CompletedProcess(command, status, out.read(), err.read())
