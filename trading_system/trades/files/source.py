"""A file of trades while it is read: from a request, from a disk, or from stdin; and what it gives to be booked."""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

from .rows import Row, read_rows

PIECE = 64 * 1024  # bytes


class TradeFile(io.RawIOBase):
    """The bytes that `read_piece` gives, in one of rows.FORMATS, with the SHA-256 of those that were read.

    `whole` is the same file where one can go back in it, if there is such a one.
    """

    def __init__(self, read_piece: Callable[[int], bytes], format_: str, whole: BinaryIO | None = None) -> None:
        self.read_piece, self.format, self.whole, self.digest = read_piece, format_, whole, hashlib.sha256()
        self.ahead = b""  # what was looked at, and not read yet

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = (self.ahead or self.fetch(len(buffer)))[: len(buffer)]
        self.ahead = self.ahead[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def fetch(self, size: int) -> bytes:
        """The next bytes from where the file comes from."""
        piece = self.read_piece(size)
        self.digest.update(piece)
        return piece

    def peek(self) -> bytes:
        """How the file goes on, for up to PIECE bytes; none at its end."""
        self.ahead = self.ahead or self.fetch(PIECE)
        return self.ahead

    def whole_digest(self) -> bytes:
        """SHA-256 of the whole file, read or not."""
        while self.readinto(bytearray(PIECE)):
            pass
        return self.digest.digest()


class Source(Protocol):
    """What is booked: rows, and where they are from. All but the names is known when the rows have been read.

    Rows with one number are trades of one row of the file: all of them are booked, or none. `left_out` counts the rows
    that are no trades, as `{"kind", "rows", "lines"}`.
    """

    name: str  # of the file; empty if it has none
    profile: str  # empty for the ledger's own columns
    newest_first: bool  # the last row of the file happened first

    @property
    def made(self) -> Mapping[str, Any]:
        """Choices, mapping, zone: what an import remembers of how it was read."""

    @property
    def left_out(self) -> Sequence[Mapping[str, Any]]: ...

    @property
    def digest(self) -> bytes:
        """SHA-256 of the bytes that were read."""

    def rows(self) -> Iterator[Row]: ...


@dataclass
class OwnColumns:
    """A Source: a file with the ledger's own columns."""

    file: TradeFile
    name: str = ""
    profile: str = ""
    made: Mapping[str, Any] = field(default_factory=dict)
    left_out: Sequence[Mapping[str, Any]] = ()
    newest_first: bool = False

    @property
    def digest(self) -> bytes:
        return self.file.digest.digest()

    def rows(self) -> Iterator[Row]:
        return read_rows(io.BufferedReader(self.file, PIECE), self.file.format)
