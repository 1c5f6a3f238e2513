#!/usr/bin/env python3
"""`make run`: migrate, start the processes of the Procfile under honcho, say where to look once they answer."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from honcho import command

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
POLL = 0.1  # seconds between two looks whether the API answers
STOPPED = (130, 143)  # honcho's exit status after SIGINT and SIGTERM, which is how this ends when all is well
WHERE_TO_LOOK = """
The trading system is running. Stop it with Ctrl-C.

  browsable API  {api}
  price feed     ws://{host}:{feed_port}
  add a trade    curl -X POST {api} -H 'Content-Type: application/json' \\
                   -d '{{"ticker": "AAPL", "price": 170.25, "quantity": 10, "side": "buy"}}'

Price spike alerts appear below.
"""


def port(variable: str, default: int) -> int:
    """The port that a variable of the environment names; ends the program if it cannot be had."""
    text = os.environ.get(variable) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        sys.exit(f"error: {variable}={text} is not a port number from 1 to 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError as error:
            another = f"make run {variable}={int(text) % 65535 + 1}"
            sys.exit(f"error: {variable}={text}: {error.strerror}; choose another, as in: {another}")
    return int(text)


def announce(api: str, feed_port: int) -> None:
    """Wait until the API answers and print where to look."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        with suppress(OSError, http.client.HTTPException), direct.open(api, timeout=5):
            break
        time.sleep(POLL)
    print(WHERE_TO_LOOK.format(api=api, host=HOST, feed_port=feed_port), flush=True)


def main() -> None:
    api_port, feed_port = port("PORT", 8000), port("FEED_PORT", 8765)
    if api_port == feed_port:
        sys.exit(f"error: PORT and FEED_PORT are both {api_port}")
    os.chdir(ROOT)
    # The Procfile says `python`: that is the one that runs this. A pipe would hold back what is printed.
    os.environ |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_RUNSERVER_HIDE_WARNING": "true",
        "PORT": str(api_port),
        "FEED_PORT": str(feed_port),
    }
    migrated = subprocess.run([sys.executable, "trading_system/manage.py", "migrate", "--verbosity=0"], check=False)
    if migrated.returncode:
        sys.exit(migrated.returncode)
    api = f"http://{HOST}:{api_port}/api/trades/"
    threading.Thread(target=announce, args=(api, feed_port), daemon=True).start()
    # honcho would read .env in a dialect of its own; the ledger reads it itself.
    sys.argv = ["honcho", "start", "--env", os.devnull]
    try:
        command.main()
    except SystemExit as ended:
        sys.exit(0 if ended.code in STOPPED else ended.code)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
