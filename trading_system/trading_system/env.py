"""Typed readers of the environment: a setting that is wrong stops the program and is named.

An empty variable counts as one that is not set.
"""

import os
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.functional import lazy

DATABASE_REQUIRED = ("DB_NAME", "DB_USER", "DB_HOST")
DATABASE_SETTINGS = (*DATABASE_REQUIRED, "DB_PASSWORD", "DB_PORT")
CONNECT_TIMEOUT = 1  # seconds; while the server is away, each request waits so long and is then answered with 503
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: str) -> str:
    return os.environ.get(name) or default


def boolean(name: str, default: bool) -> bool:
    value = text(name, str(default)).lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false")
    return value in TRUE


def choice(name: str, default: str, among: tuple[str, ...]) -> str:
    value = text(name, default).lower()
    if value not in among:
        raise ImproperlyConfigured(f"{name}={value!r} is none of {', '.join(among)}")
    return value


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def whole(name: str, default: int) -> int:
    """A whole number above 0."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number above 0")
    return int(value)


def path(name: str, default: str, base: Path) -> Path:
    """A relative path is relative to `base`, so that it means the same in every working directory."""
    return base / Path(text(name, default)).expanduser()


def port(name: str, default: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise ImproperlyConfigured(f"{name}={value!r} is not a port number from 1 to 65535")
    return int(value)


def generated_secret(path: Path) -> str:
    """The secret in the file `path`, which is made when it is first needed: other commands leave no trace."""
    secret: str = lazy(secret_in, str)(path)
    return secret


@cache
def secret_in(path: Path) -> str:
    """Made if it is not there, for its owner's eyes only."""
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:  # with mode 0600
                file.write(get_random_secret_key())
                file.flush()
                with suppress(FileExistsError):  # another process was first, and its secret is as good
                    os.link(file.name, path)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(f"no secret can be kept in {path}: {error.strerror}; set SECRET_KEY") from error


def named_server() -> dict[str, object] | None:
    """The connection settings of the PostgreSQL that DB_* name, or None where none of them is set."""
    given = [name for name in DATABASE_SETTINGS if os.environ.get(name)]
    missing = [name for name in DATABASE_REQUIRED if name not in given]
    if not given:
        return None
    if missing:
        raise ImproperlyConfigured(
            f"{', '.join(given)} set but not {', '.join(missing)}: set them all to use a PostgreSQL of yours, "
            "or none of DB_* to use the embedded one"
        )
    settings = {name.removeprefix("DB_"): text(name, "") for name in DATABASE_SETTINGS}
    return {**settings, "PORT": port("DB_PORT", 5432), "OPTIONS": {"connect_timeout": CONNECT_TIMEOUT}}
