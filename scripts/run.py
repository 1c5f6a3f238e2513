#!/usr/bin/env python3
"""`make run`: migrate, start the processes of the Procfile under honcho, say where to look once they answer."""

import http.client
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Message, Printer

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
POLL = 0.1  # seconds between two looks whether the API answers
WHERE_TO_LOOK = """
The trading system is running. Stop it with Ctrl-C.

  trading desk   {desk}
  browsable API  {api}
  price feed     ws://{host}:{feed_port} ({market})
  add a trade    curl -X POST {api} -H 'Content-Type: application/json' \\
                   -d '{{"ticker": "AAPL", "price": 170.25, "quantity": 10, "side": "buy"}}'

Price spike alerts appear below.
"""
MARKETS = {
    "simulated": "a simulated market; for real prices: make run SOURCE=coinbase TICKERS=BTC-USD,ETH-USD",
    "recording": "a recording",
    "real": "real prices",
}


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


def feed(variables: Mapping[str, str]) -> dict[str, str]:
    """What SOURCE, TICKERS and SOURCE_FILE mean for the feed, and where its prices come from.

    The watch keeps a memory for each kind of feed: simulated and real prices of a ticker have nothing to do with each
    other.
    """
    words = [variables.get("FEED_OPTIONS", "")]
    for name, option in (("SOURCE", "--source"), ("TICKERS", "--tickers"), ("SOURCE_FILE", "--source-file")):
        if value := variables.get(name):
            words += [option, shlex.quote(value)]
    options = " ".join(filter(None, words))
    is_recorded, is_real = "--replay" in options or "--source-file" in options, "--source " in options
    source = "recording" if is_recorded else "real" if is_real else "simulated"
    return {"FEED_OPTIONS": options, "FEED_SOURCE": source}


class Terminal(Printer):
    """What honcho prints on. Once nobody reads it (a closed window, the end of what we are piped into), all ends."""

    def write(self, message: Message) -> None:
        try:
            super().write(message)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            os.kill(os.getpid(), signal.SIGTERM)


class System(Manager):
    """honcho's manager, made to stop at any moment, and to say where to look."""

    def __init__(self, desk: str, feed_port: int, market: str) -> None:
        super().__init__(Terminal(sys.stdout, colour="NO_COLOR" not in os.environ))
        self.desk, self.api, self.feed_port, self.market = desk, f"{desk}api/trades/", feed_port, market
        self.stopping = False
        self.migration: subprocess.Popen[bytes] | None = None
        self.listen_to_signals()

    def listen_to_signals(self) -> None:
        """From here on, whatever asks us to end is heard by `stop`."""
        for signum in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, self.stop)

    def stop(self, signum: int, frame: FrameType | None) -> None:
        """End the migration, or all processes at the next turn of the loop."""
        self.stopping = True
        if self.migration:
            self.migration.terminate()

    def migrate(self) -> int:
        """Return the exit status. In a session of its own, like honcho's processes, it ends when we say so."""
        command = [sys.executable, "trading_system/manage.py", "migrate", "--verbosity=0"]
        self.migration = subprocess.Popen(command, start_new_session=True)
        return self.migration.wait()

    def _start(self) -> None:
        self.listen_to_signals()  # honcho's own handlers print, and fail while a process has no PID yet
        super()._start()
        threading.Thread(target=self.announce, daemon=True).start()  # not before: honcho forks

    def _all_started(self) -> bool:
        """Asked in every turn of honcho's loop."""
        self.bury_the_dead()
        started: bool = super()._all_started()
        if started and self.stopping:
            self.terminate()
        return started

    def bury_the_dead(self) -> None:
        """Where what watches a process for honcho was killed, nobody would say that the process ended."""
        for process in self._processes.values():
            if process["process"].exitcode and "pid" in process and "returncode" not in process:
                with suppress(ProcessLookupError):
                    os.killpg(process["pid"], signal.SIGTERM)
                process["returncode"] = process["process"].exitcode

    def announce(self) -> None:
        """Wait until the API answers and print where to look."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while True:
            try:
                direct.open(self.api, timeout=5).close()
                break
            except urllib.error.HTTPError as answer:
                answer.close()
                break
            except (OSError, http.client.HTTPException):
                time.sleep(POLL)
        where = {"desk": self.desk, "api": self.api, "host": HOST, "feed_port": self.feed_port, "market": self.market}
        print(WHERE_TO_LOOK.format(**where), flush=True)


def main() -> int:
    """Return 0 when all ended because it was asked to, and another exit status when a part failed."""
    api_port, feed_port = port("PORT", 8000), port("FEED_PORT", 8765)
    if api_port == feed_port:
        sys.exit(f"error: PORT and FEED_PORT are both {api_port}")
    os.chdir(ROOT)
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the locale: 📈
    # The Procfile says `python`: that is the one that runs this. A pipe would hold back what is printed.
    os.environ |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_RUNSERVER_HIDE_WARNING": "true",
        "PORT": str(api_port),
        "FEED_PORT": str(feed_port),
        "LOG_FORMAT": os.environ.get("LOG_FORMAT") or ("text" if sys.stdout.isatty() else "json"),
        "FEED_URL": f"ws://{HOST}:{feed_port}",
        **feed(os.environ),
    }
    system = System(f"http://{HOST}:{api_port}/", feed_port, MARKETS[os.environ["FEED_SOURCE"]])
    status = system.migrate()
    if system.stopping or status:
        return 0 if system.stopping else status
    for name, command in parse_procfile(Path("Procfile").read_text()).processes.items():
        system.add_process(name, command)
    system.loop()
    return 0 if system.stopping else 1


if __name__ == "__main__":
    sys.exit(main())
