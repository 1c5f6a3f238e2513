"""What cases share: how far they go, and the ledger that they are put to."""

import os
from typing import TypeVar

import pytest

from ..named import NamedServer

WHOLE = os.environ.get("FAULTS") == "whole"
whole_only = pytest.mark.skipif(not WHOLE, reason="it takes minutes: make faults")
ROLES = ("viewer", "trader", "feed", "admin")
Size = TypeVar("Size")


def of(short: Size, whole: Size) -> Size:
    return whole if WHOLE else short


def settings_of(database: NamedServer) -> dict[str, str]:
    return {**database.settings, "DEBUG": "false", "SECRET_KEY": "between these tests and the server" * 2,
            "ALLOWED_HOSTS": "127.0.0.1", "LOG_LEVEL": "warning", "LOGINS_PER_MINUTE": "1000"}  # fmt: skip
