#!/usr/bin/env bash
# Apprise 2.3.0: a notification that timed out keeps the process from ending until its service has answered.
#
# Guess:       `notify(timeout=1)` gives up a service that does not answer; then nothing of it is left, and the program ends.
# Behaviour:   the call returns TIMEOUT after a second. The request goes on in a thread of a ThreadPoolExecutor, for which
#              Python waits at exit: here for six seconds more, in which an answer arrives line by line. The timeouts of
#              the address (`rto`, `cto`) do not help, as each line begins them anew.
# Consequence: a service that is slow without end keeps a program alive that has done its work, and a supervisor kills it.
#              What helps: `notify` of the service itself, in a daemon thread of one's own, joined with a timeout.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check apprise==2.3.0
cd "$folder"
cat >send.py <<'PYTHON'
import sys
import time

from apprise import Apprise

apprise = Apprise()
apprise.add(f"json://127.0.0.1:{sys.argv[1]}/")
begun = time.monotonic()
result = apprise.notify("an alert", timeout=1)
print(f"{result.status.name} after {time.monotonic() - begun:.1f} s, and that is the last line", flush=True)
PYTHON
cat >measure.py <<'PYTHON'
import socket
import subprocess
import sys
import threading
import time

listener = socket.create_server(("127.0.0.1", 0))


def answer_slowly():
    connection, _ = listener.accept()
    connection.recv(65536)
    for line in (b"HTTP/1.1 200 OK\r\n", *[b"X-Line: 1\r\n"] * 6, b"Content-Length: 0\r\n\r\n"):
        connection.sendall(line)
        time.sleep(1)


threading.Thread(target=answer_slowly, daemon=True).start()
process = subprocess.Popen([sys.executable, "send.py", str(listener.getsockname()[1])], stdout=subprocess.PIPE, text=True)
said = process.stdout.readline()
begun = time.monotonic()
process.wait()
left = time.monotonic() - begun
print(said, f"The process ended {left:.1f} s later.", sep="")
sys.exit(0 if said.startswith("TIMEOUT") and left > 4 else 1)
PYTHON
"$folder/venv/bin/python" measure.py
