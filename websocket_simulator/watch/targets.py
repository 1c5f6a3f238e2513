"""Where notifications go: addresses of Apprise, from a file, the environment, a rule or the command line.

An address may hold a secret. It is shown nowhere: a target has a name for that. On a command line, which other users of
the machine can read, it is refused.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

from status import reason
from watch.messenger import UnknownServiceError, has_secret, name_of, service_of

MAX_TARGETS = 32  # each has a thread
MAX_FILE = 64 * 1024  # bytes of a file of addresses
PREFIX = "notify:"
VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
LEDGERS = re.compile(r"NOTIFY_\w+", re.ASCII)  # variables that a rule from the ledger may name
HIDE = "put it into a file and say @FILE, or into an environment variable and say '$NAME'"
Source = Literal["command line", "file", "ledger"]


class TargetError(ValueError):
    """A target that cannot be used; the message has no part of its address."""


@dataclass(frozen=True, slots=True)
class Target:
    """`sink` is its queue in the outbox, the same in every run; `name` is what people see."""

    name: str
    sink: str
    url: str = field(repr=False)


def targets_of(words: Iterable[str], source: Source, environ: Mapping[str, str] = os.environ) -> tuple[Target, ...]:
    """The targets that the words name, each once, or TargetError.

    A word is an address, `$NAME` (a variable with an address a line) or `@FILE` (a file with an address a line). Those
    of a rule from the ledger are `$NOTIFY_…` only.
    """
    found = {target.sink: target for word in words for target in _targets(word, source, environ)}
    if len(found) > MAX_TARGETS:
        raise TargetError(f"there are more than {MAX_TARGETS} targets")
    return tuple(found.values())


def _targets(word: str, source: Source, environ: Mapping[str, str]) -> Iterator[Target]:
    if source == "ledger" and not (word[:1] == "$" and LEDGERS.fullmatch(word[1:])):
        raise TargetError("a rule from the ledger can name variables such as $NOTIFY_MAIL, and nothing else")
    if word[:1] in ("$", "@"):
        text = _variable(word[1:], environ) if word[0] == "$" else _file(word[1:])
        lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
        urls = [(number, line) for number, line in lines if line and not line.startswith("#")]
        if not urls:
            raise TargetError(f"{word} has no address in it")
        for number, url in urls:
            yield _target(url, word if len(urls) == 1 else f"{word}, line {number}")
    else:
        yield _target(word, "", is_public=source == "command line")


def _variable(name: str, environ: Mapping[str, str]) -> str:
    if not VARIABLE.fullmatch(name):
        raise TargetError("what stands after the $ is no name of an environment variable")
    if name not in environ:
        raise TargetError(f"${name} is not set")
    return environ[name]


def _file(path: str) -> str:
    if "://" in path:
        raise TargetError("an address has no @ before it")
    try:
        with Path(path).open("rb") as file:
            text = file.read(MAX_FILE + 1)
        if len(text) > MAX_FILE:
            raise TargetError(f"@{path} has more than {MAX_FILE:,} bytes")
        return text.decode()
    except OSError as error:
        raise TargetError(f"@{path}: {reason(error)}") from None
    except UnicodeDecodeError:
        raise TargetError(f"@{path} is not UTF-8") from None


def _target(url: str, origin: str, *, is_public: bool = False) -> Target:
    """The target at an address; `origin` is where it is written, and `is_public` says that others can read it there."""
    begin = f"{origin}: " if origin else ""
    try:
        service = service_of(url)
    except UnknownServiceError as error:
        raise TargetError(f"{begin}{error}") from None
    name = f"{name_of(service)}{f' ({origin})' if origin else ''}"
    if is_public and has_secret(service, url):
        raise TargetError(f"{name}: the address has a secret in it, which others can read on a command line; {HIDE}")
    if len(service) > 1:  # of which Apprise would tell that one failed, but not which
        raise TargetError(f"{name}: the address has {len(service)} recipients; give each an address of its own")
    return Target(name, PREFIX + sha256(url.encode()).hexdigest()[:12], url)
