"""Where a watch keeps what it knows: below the user's state directory, by feed and rules."""

import os
from collections.abc import Iterable
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


def _text(parts: Iterable[object]) -> str:
    return "\n".join(map(repr, parts))
