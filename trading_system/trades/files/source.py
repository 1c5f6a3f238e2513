"""A file of trades while it is read: from a request, from a disk, or from stdin."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

PIECE = 64 * 1024  # bytes


class TradeFile(io.RawIOBase):
    """The bytes that `read_piece` gives, in one of rows.FORMATS, with the SHA-256 of those that were read."""

    def __init__(self, read_piece: Callable[[int], bytes], format_: str) -> None:
        self.read_piece, self.format, self.digest = read_piece, format_, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self.read_piece(len(buffer))
        self.digest.update(piece)
        buffer[: len(piece)] = piece
        return len(piece)

    def whole_digest(self) -> bytes:
        """SHA-256 of the whole file, read or not."""
        while self.readinto(bytearray(PIECE)):
            pass
        return self.digest.digest()
