"""Where a watch keeps what it knows: below the user's state directory, by feed and rules, in whole files."""

import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

FOLDER = "trading_system"


def state_path(*parts: object) -> Path | None:
    """The file of a watch of which these are feed, tickers and rules; None for a user without a home.

    $XDG_STATE_HOME, or ~/.local/state: https://specifications.freedesktop.org/basedir-spec/latest/
    """
    home = os.environ.get("XDG_STATE_HOME", "")
    try:
        folder = Path(home) if Path(home).is_absolute() else Path.home() / ".local" / "state"
    except RuntimeError:
        return None
    return folder / FOLDER / f"watch-{sha256(_text(parts).encode()).hexdigest()[:16]}.state"


def replace_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write `path`.new, onto the disk, and rename it: what is at `path` is always whole. Raises OSError."""
    beside = path.with_name(f"{path.name}.new")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(beside, pieces)
    beside.replace(path)


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file onto the disk; where there is no room for all of it, leave the room that there is to others."""
    try:
        with path.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise


def _text(parts: Iterable[object]) -> str:
    return "\n".join(map(repr, parts))
