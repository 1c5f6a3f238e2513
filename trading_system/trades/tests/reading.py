"""Files of trades, read as rows."""

import io
from typing import Any

import pytest

from trades.files import rows
from trades.files.cells import Malformed


def read(file: str | bytes, format_: str = "csv") -> list[Any]:
    binary = io.BytesIO(file.encode() if isinstance(file, str) else file)
    return [
        (number, list(row) if isinstance(row, tuple) else row)
        for number, row in rows.read_rows(io.BufferedReader(binary), format_)  # type: ignore[arg-type]
    ]


def malformed(file: str | bytes, format_: str = "csv") -> tuple[int, str]:
    with pytest.raises(Malformed) as caught:
        read(file, format_)
    assert str(caught.value) == caught.value.message
    return caught.value.line, caught.value.message
