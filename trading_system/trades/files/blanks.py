"""Texts by which cells say that there is nothing. Pure."""

DASHES = "-\u2013\u2014 "
ABSENT = ("n/a", "n.a.", "#n/a")


def is_blank(text: str) -> bool:
    """Whether a cell has nothing: no text, dashes, or "n/a"."""
    return not text.strip(DASHES) or text.casefold() in ABSENT
