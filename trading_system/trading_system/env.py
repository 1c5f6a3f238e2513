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
CONNECT_TIMEOUT = 1  # seconds; a request that cannot connect for so long is answered with 503
TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def text(name: str, default: str) -> str:
    """The variable, or the default."""
    return os.environ.get(name) or default


def choice(name: str, default: str, among: tuple[str, ...]) -> str:
    """The variable in lower case; ImproperlyConfigured if it is not `among` these."""
    value = text(name, default).lower()
    if value not in among:
        raise ImproperlyConfigured(f"{name}={value!r} is none of {', '.join(among)}")
    return value


def boolean(name: str, default: bool) -> bool:
    """Whether it is one of TRUE, in any case; ImproperlyConfigured if it is none of FALSE either."""
    return choice(name, str(default), TRUE + FALSE) in TRUE


def words(name: str, default: str) -> list[str]:
    """Texts separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def whole(name: str, default: int, *, most: int = 10**9, kind: str = "whole number") -> int:
    """A number from 1 to `most`; `kind` is what the error calls it."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= most):
        raise ImproperlyConfigured(f"{name}={value!r} is not a {kind} from 1 to {most}")
    return int(value)


def path(name: str, default: str, base: Path) -> Path:
    """A relative path begins at `base`, whatever the working directory is."""
    return base / Path(text(name, default)).expanduser()


def generated_secret(path: Path) -> str:
    """The secret in the file `path`. It is read, or made, at its first use: commands that need none leave no file."""
    secret: str = lazy(secret_in, str)(path)
    return secret


@cache
def secret_in(path: Path) -> str:
    """The content of `path`; where there is no such file, a new secret is stored there, readable by its owner alone."""
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:  # with mode 0600
                file.write(get_random_secret_key())
                file.flush()
                with suppress(FileExistsError):  # another process was first: its secret is used
                    os.link(file.name, path)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(f"no secret can be kept in {path}: {error.strerror}; set SECRET_KEY") from error


def named_server() -> dict[str, object] | None:
    """Connection settings from DB_*; None if none of them is set, ImproperlyConfigured if some are missing."""
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
    return {
        **settings,
        "PORT": whole("DB_PORT", 5432, most=65535, kind="port number"),
        "OPTIONS": {"connect_timeout": CONNECT_TIMEOUT},
    }
