"""The ledger in production, as others run it: `manage.py serve` with tokens, on a PostgreSQL server of its own."""

import http.client
import json
import os
import ssl
import sys
import tempfile
import threading
import urllib.parse
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import trustme

from embedded_postgres.programs import locked

from .managed import manage
from .running import ROOT, Running, clean_environment, free_port


@cache
def static_files() -> str:
    """The folder where `collectstatic` put them, for the servers of all processes of the run."""
    place = Path(tempfile.gettempdir())
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # the run's directory, in which each worker has its own
    with locked(os.open(place, os.O_RDONLY)):
        if not (folder := place / "static-files").exists():
            new, data = tempfile.mkdtemp(prefix="static-"), tempfile.mkdtemp(prefix="data-")
            done = manage("collectstatic", "--noinput", environment=clean_environment(STATIC_ROOT=new, DATA_DIR=data))
            assert done.returncode == 0, done.stderr
            Path(new).rename(folder)
    return str(folder)


class Production:
    """On a database with its tables, with a token for each of these roles. What it says is read by the test, or by nobody if it is `unheard`.

    It speaks TLS itself with a `certificate`: the folder of cert.pem, key.pem and ca.pem.
    """

    def __init__(
        self,
        settings: dict[str, str],
        *,
        roles: Sequence[str] = ("viewer", "trader"),
        unheard: bool = False,
        certificate: Path | None = None,
    ) -> None:
        self.settings = {"STATIC_ROOT": static_files(), **settings}
        self.unheard, self.certificate = unheard, certificate
        self.port = free_port()
        self.tokens = self.make_tokens(roles)
        self.server = self.start()

    def make_tokens(self, roles: Sequence[str]) -> dict[str, str]:
        """One by one, but in one process."""
        make = "; ".join(f"call_command('create_token', '{self.user(role)}', '--role', '{role}')" for role in roles)
        done = self.managed("shell", "--no-imports", "-c", f"from django.core.management import call_command; {make}")
        return dict(zip(roles, done.split(), strict=True))

    def user(self, role: str) -> str:
        """Who has it; another server may have the same database."""
        return f"a-{role}-{self.port}"

    def manage(self, *words: str) -> str:
        """The last line that it prints."""
        return (self.managed(*words).splitlines() or [""])[-1].strip()

    def managed(self, *words: str) -> str:
        """All that it prints."""
        done = manage(*words, environment=clean_environment(**self.settings))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> Running:
        bind = f"127.0.0.1:{self.port}"
        files = self.certificate and (
            "--certfile",
            self.certificate / "cert.pem",
            "--keyfile",
            self.certificate / "key.pem",
        )
        server = Running(sys.executable, ROOT / "trading_system/manage.py", "serve", "--workers", "2", "--bind", bind,
                         *(files or ()), **self.settings)  # fmt: skip
        for _ in range(2):
            server.read_until("Booting worker")
        if self.unheard:
            threading.Thread(target=server.process.stdout.read, daemon=True).start()  # type: ignore[union-attr]
        return server

    def restart(self) -> None:
        """Whatever became of the server."""
        self.server.kill()
        self.server = self.start()

    def ask(
        self, method: str, path: str, body: Any = None, *, role: str = "", secure: bool = True, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in lower case, and body."""
        sent = {"Content-Type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
        if role:
            sent["Authorization"] = f"Token {self.tokens[role]}"
        return self.send(method, path, None if body is None else json.dumps(body).encode(), sent, secure=secure)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | dict[str, str] | None,
        headers: dict[str, str],
        *,
        secure: bool = True,
        port: int = 0,
    ) -> tuple[int, dict[str, str], bytes]:
        """The same for any body; a dict is a form."""
        sent = {"X-Forwarded-Proto": "https"} if secure else {}  # as the proxy that ends TLS says
        if isinstance(body, dict):
            body, sent["Content-Type"] = urllib.parse.urlencode(body).encode(), "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=30)
        if self.certificate:
            context = ssl.create_default_context(cafile=self.certificate / "ca.pem")
            connection = http.client.HTTPSConnection("127.0.0.1", port or self.port, timeout=30, context=context)
        try:
            connection.request(method, path, body, sent | headers)
            answer = connection.getresponse()
            found: dict[str, str] = {}
            for name, text in answer.getheaders():  # a cookie a line
                found[name.lower()] = f"{found[name.lower()]}\n{text}" if name.lower() in found else text
            return answer.status, found, answer.read()
        finally:
            connection.close()


def issue(folder: Path) -> trustme.CA:
    """An authority, whose certificate is ca.pem there, and that of this machine in cert.pem and key.pem."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    return authority
