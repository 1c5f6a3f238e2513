"""A ledger in production that is followed, and the copy that becomes of it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from following.lines import Trade, copy_of

from . import managed
from .managed import MANAGE
from .production import Production
from .running import Running, clean_environment

NOWHERE = {"DB_HOST": "127.0.0.1", "DB_PORT": "1", "DB_NAME": "none", "DB_USER": "none", "DB_PASSWORD": "none"}


def trade(ticker: str, **fields: str) -> dict[str, str]:
    return {"ticker": ticker, "price": "170.25", "quantity": "10", "side": "buy", **fields}


class Ledger:
    """The ledger, asked by somebody with a token, and followed into a file of `place` by a program without a database."""

    def __init__(self, production: Production, place: Path) -> None:
        self.production, self.file = production, place / "trades.ndjson"
        self.token_file = place / "token"
        self.token_file.write_text(production.tokens["trader"])
        assert production.certificate
        self.words = [f"https://127.0.0.1:{production.port}", "--into", str(self.file), "--token-file",
                      str(self.token_file), "--cafile", str(production.certificate / "ca.pem")]  # fmt: skip

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        status, _, answer = self.production.ask(method, f"/api/{path}", body, role="trader")
        assert status < 300, answer
        return json.loads(answer or b"null")

    def book(self) -> dict[int, Trade]:
        """All trades by their ids, as lists have them."""
        found: dict[int, Trade] = {}
        page = {"next": "?page_size=1000"}
        while page["next"]:
            page = self.ask("GET", f"trades/?{page['next'].partition('?')[2]}")
            found |= {trade["id"]: trade for trade in page["results"]}
        return found

    def copy(self) -> dict[int, Trade]:
        with self.file.open("rb") as file:
            return copy_of(file)

    def once(self, *options: str) -> "subprocess.CompletedProcess[str]":
        return managed.manage("follow", *self.words, "--once", *options, environment=clean_environment(**NOWHERE))

    def follower(self) -> Running:
        return Running(sys.executable, MANAGE, "follow", *self.words, **NOWHERE)
