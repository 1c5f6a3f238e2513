"""Ticks of one ticker that are only kept: 26 bytes for each of them, instead of 300.

They come back digit for digit, the oldest first, a chunk at a time. Pure: no sockets, no clock.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from tick import Tick

CHUNK = 32  # ticks that are packed together, and come back together

# All of a tick but its ticker. MessagePack has prices as their text, and instants to the nanosecond.
Row = tuple[Decimal, datetime, int | None, Decimal | None, bool]

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(list[Row]).decode


class Packed:
    """A queue of ticks. To pack a tick and to take it back costs about as much as to detect it."""

    __slots__ = ("_chunks", "_count", "_ticker")

    def __init__(self) -> None:
        self._chunks = deque[bytes]()
        self._count, self._ticker = 0, ""

    def __len__(self) -> int:
        return self._count

    def extend(self, ticks: Sequence[Tick]) -> None:
        """Add ticks behind the newest, in chunks of CHUNK and one with the rest. All have to be of one ticker."""
        for begin in range(0, len(ticks), CHUNK):
            chunk = ticks[begin : begin + CHUNK]
            self._ticker = chunk[0].ticker
            packed = _pack([(tick.price, tick.timestamp, tick.seq, tick.quantity, tick.finer) for tick in chunk])
            self._chunks.append(bytes(memoryview(packed)))  # msgspec's own has up to half as much room again
            self._count += len(chunk)

    def __iter__(self) -> Iterator[Tick]:
        return (Tick(self._ticker, *row) for chunk in list(self._chunks) for row in _unpack(chunk))

    def pop_oldest(self) -> list[Tick]:
        """Take the oldest chunk out, in its order; IndexError if there is none."""
        ticks = [Tick(self._ticker, *row) for row in _unpack(self._chunks.popleft())]
        self._count -= len(ticks)
        return ticks
