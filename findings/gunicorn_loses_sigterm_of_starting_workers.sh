#!/usr/bin/env bash
# gunicorn 27.0.1: a stop that comes while a worker starts takes the whole graceful_timeout, however idle the server is.
#
# Guess:       SIGTERM of the master ends idle workers at once, also one that has just said "Booting worker".
# Behaviour:   from its fork until its own handlers are set, a worker has the master's, which put a signal into a queue
#              that nobody reads in the worker. It goes on to serve, the master waits for graceful_timeout, then kills it.
#              The hook post_fork runs in that time: here it sleeps a second, as an import of an application may take.
# Consequence: a deployment that stops soon after a start, or after a worker was replaced, takes 30 seconds by default; an
#              orchestrator with a shorter patience kills the server. What helps: block the signals before the fork
#              (os.register_at_fork), and unblock them when the worker has its handlers.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check gunicorn==27.0.1
cd "$folder"
cat >app.py <<'PYTHON'
def application(environ, start_response):
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
PYTHON
cat >settings.py <<'PYTHON'
import time

bind, workers, graceful_timeout, control_socket_disable = "127.0.0.1:0", 1, 8, True


def post_fork(server, worker):
    time.sleep(1)
PYTHON
cat >measure.py <<'PYTHON'
import signal
import subprocess
import sys
import time


def stop_after(line_with):
    """Seconds from SIGTERM, which is sent once the log has such a line, to the server's end."""
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "-c", "settings.py", "app"], stderr=subprocess.PIPE, text=True)
    while line_with not in (line := server.stderr.readline()):
        assert line
    time.sleep(2 if line_with == "Listening at" else 0)
    begun = time.monotonic()
    server.send_signal(signal.SIGTERM)
    server.stderr.read()
    server.wait()
    return time.monotonic() - begun


started, starting = stop_after("Listening at"), stop_after("Booting worker")
print(f"graceful_timeout 8 s; the stop took {started:.1f} s once the worker had started, {starting:.1f} s while it started")
sys.exit(0 if started < 4 and starting > 7 else 1)
PYTHON
"$folder/venv/bin/python" measure.py
