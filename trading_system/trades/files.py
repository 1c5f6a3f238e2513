"""A file of trades while it is read: from a request, from a disk, or from stdin."""

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import Any

from .rows import Row, read_rows

PIECE = 64 * 1024  # bytes


class TradeFile(io.RawIOBase):
    """Bytes that `read` gives, of one of rows.FORMATS, with their digest, and a call for each piece that was read."""

    def __init__(
        self, read: Callable[[int], bytes], format_: str, on_read: Callable[[int], object] = lambda count: None
    ) -> None:
        self.read_piece, self.format, self.on_read, self.digest = read, format_, on_read, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self.read_piece(len(buffer))
        self.digest.update(piece)
        self.on_read(len(piece))
        buffer[: len(piece)] = piece
        return len(piece)

    def rows(self) -> Iterator[Row]:
        """Its rows, each when it is asked for; Malformed where it cannot be read on."""
        return read_rows(io.BufferedReader(self, PIECE), self.format)

    def whole_digest(self) -> bytes:
        """SHA-256 of all of it, read or not."""
        while self.readinto(bytearray(PIECE)):
            pass
        return self.digest.digest()
