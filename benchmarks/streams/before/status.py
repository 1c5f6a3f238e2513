"""What both scripts say of their state: lines on stderr, which leave stdout to data."""

import sys


def log(message: str) -> None:
    """Write a line in one piece, as there may be two threads; without a stderr it is lost."""
    if sys.stderr:
        sys.stderr.write(f"{message}\n")
        sys.stderr.flush()


def reason(error: Exception) -> str:
    """Why something failed, without the number of the error where the system has a text for it."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
