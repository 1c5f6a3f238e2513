"""A token in a file of its own, where command lines and environments do not show it."""

import re
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext

TOKEN = re.compile(r"[!-~]{1,1024}")
MAX_FILE = 4096  # bytes that are read


@dataclass(frozen=True)
class Credentials:
    """What a client shows a service, a token in a file, and whose certificates of the service it trusts."""

    token_file: Path | None = None
    tls: SSLContext | None = None  # None: those that the system trusts


NO_CREDENTIALS = Credentials()


def token_in(path: Path) -> str:
    """The file's only line; OSError or ValueError name what is wrong, and never what is in the file."""
    with path.open("rb") as file:
        text = file.read(MAX_FILE).decode("latin-1").strip()
    if not TOKEN.fullmatch(text):
        raise ValueError("there is no token in it: one line of letters, digits and signs")
    return text


def authorization(path: Path | None) -> dict[str, str]:
    """The header for a request. The file is read each time, so that a token can be replaced while we run."""
    return {"Authorization": f"Token {token_in(path)}"} if path else {}
