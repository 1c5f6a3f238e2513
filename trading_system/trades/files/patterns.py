"""Regular expressions of profiles, by an engine whose time is that of the text, whoever has written them. Pure."""

from functools import lru_cache
from typing import Any

import re2

from .profile import Sentence

MAX_PATTERN = 1000  # characters
MAX_PATTERNS = 200  # of a profile
MAX_MEMORY = 1024 * 1024  # bytes that a compiled expression may take: a larger one is slow to compile, and to match
OPTIONS = re2.Options()
OPTIONS.max_mem = MAX_MEMORY
OPTIONS.log_errors = False


class BadPattern(ValueError):
    """What is wrong with an expression."""


@lru_cache(1000)
def compiled(pattern: str) -> Any:
    """The expression, in the syntax of RE2, which is Python's without looking around and back references."""
    if len(pattern) > MAX_PATTERN:
        raise BadPattern(f"Has more than {MAX_PATTERN} characters.")
    try:
        return re2.compile(pattern, OPTIONS)
    except re2.error as error:
        raise BadPattern(error.args[0].decode(errors="replace")) from None


def groups_of(sentence: Sentence | None) -> list[str]:
    """The names of the groups of its expression, in their order."""
    index = compiled(sentence.pattern).groupindex if sentence else {}
    return sorted(index, key=index.__getitem__)
