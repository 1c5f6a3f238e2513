"""What somebody says of a file in a request or on a command line, as files/answers.py has it. Pure.

Answers are flat there: `zone`, `dates`, `word:Transfer`; and so are parameters of an upload.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from .files.answers import Wishes
from .files.asking import WORD
from .files.catalogue import has_nul, parse
from .files.delimited import SEPARATORS
from .files.zones import is_zone

OF_FILE = ("charset", "separator", "sheet", "profile")  # what a file is
ANSWERS = ("zone", "dates", "decimal", "currency", "repeated_hour")  # to questions
NAMES = re.compile(r"\.(\w+)")  # of members, in a path of msgspec: $.answers.symbols[...]


class BadWish(ValueError):
    """What is wrong with something that was said; `field` is what it was said of."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def wished(given: Mapping[str, Any], before: Wishes | None = None) -> Wishes:
    """What was said before, and what is said now: of the file, its `mapping`, its `symbols`, and `answers`."""
    if wrong := [name for name, value in given.items() if has_nul(value)]:
        raise BadWish(wrong[0], "Has the character NUL.")
    data: dict[str, Any] = msgspec.to_builtins(before) if before else {}
    answers = {**data.get("answers", {}), **answered(given.get("answers", {}), data)}
    data |= {name: said(given[name]) for name in OF_FILE if name in given}
    if data.get("separator") in tuple(SEPARATORS):
        data["separator"] = SEPARATORS[data["separator"]]
    if "mapping" in given:
        data["mapping"] = checked_mapping(given["mapping"])
    if "profile" in given:
        data.pop("mapping", None)
    if "symbols" in given:
        answers["symbols"] = given["symbols"]
    try:
        wishes = msgspec.convert(data | {"answers": answers}, Wishes)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at ")
        raise BadWish(["answers", *NAMES.findall(where)][-1], f"{message}.") from None
    if wishes.answers.zone and not is_zone(wishes.answers.zone):
        raise BadWish("zone", f"There is no time zone {wishes.answers.zone}.")
    return wishes


def remembered(data: Any) -> Wishes:
    """What was kept, as msgspec.to_builtins has it."""
    return msgspec.convert(data or {}, Wishes)


def answered(given: Mapping[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """The answers in the structure of Answers; an empty one takes an answer back."""
    if not isinstance(given, Mapping):
        raise BadWish("answers", "Must be an object.")
    if unknown := [name for name in given if name not in ANSWERS and not name.startswith(WORD)]:
        raise BadWish("answers", f"Unknown questions: {', '.join(map(str, unknown[:10]))}.")
    words = {**before.get("answers", {}).get("words", {})}
    words |= {name.removeprefix(WORD): meaning for name, meaning in given.items() if name.startswith(WORD)}
    found = {name: said(given[name]) for name in ANSWERS if name in given}
    return found | {"words": {word: meaning for word, meaning in words.items() if meaning not in (None, "")}}


def said(value: Any) -> Any:
    """Null takes back what was said, as an empty text does."""
    return "" if value is None else value


def checked_mapping(data: Any) -> Any:
    """A mapping that is complete."""
    if data is None:
        return None
    if not isinstance(data, dict):
        raise BadWish("mapping", "Must be an object.")
    try:
        return msgspec.to_builtins(parse({"title": "", **data}))
    except ValueError as error:
        raise BadWish("mapping", str(error)) from None
