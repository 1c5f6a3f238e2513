"""The keys of venues: from the environment, or from the file that a variable names. They are never shown.

`APCA_API_KEY_ID` has a key; `APCA_API_KEY_ID_FILE` has the path of a file with it.
"""

from collections.abc import Mapping
from pathlib import Path

from status import reason
from venues.venue import Keys, Venue

MAX_KEY = 1000  # characters
HIDDEN = "…"


class MissingKeyError(Exception):
    """A key is missing, or cannot be read; the message names it."""


def keys_of(venue: Venue, environment: Mapping[str, str]) -> Keys:
    """The keys that a venue needs."""
    missing = [name for name in venue.keys if not (environment.get(name) or environment.get(f"{name}_FILE"))]
    if missing:
        ways = f"set {' and '.join(missing)}, or {missing[0]}_FILE with the path of a file that has it"
        raise MissingKeyError(f"{venue.name} needs {' and '.join(missing)}: {ways}")
    return {name: _key(name, environment) for name in venue.keys}


def without_keys(text: str, keys: Keys) -> str:
    """A text that may be shown: what a venue says may repeat what it was sent."""
    for key in keys.values():
        text = text.replace(key, HIDDEN)
    return text


def _key(name: str, environment: Mapping[str, str]) -> str:
    key = environment.get(name)
    if not key:
        path = Path(environment[f"{name}_FILE"])
        try:
            key = path.read_text("utf-8")
        except (OSError, ValueError) as error:
            raise MissingKeyError(f"{name}_FILE: {path}: {reason(error)}") from None
    key = key.strip()
    if not key or len(key) > MAX_KEY or not key.isprintable():
        raise MissingKeyError(f"{name}: it is no key of 1 to {MAX_KEY} printable characters")
    return key
