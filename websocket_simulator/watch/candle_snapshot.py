"""Candles in a snapshot: those that are held, whose ticks may come again, and after them those that wait.

In this order one that is let go meanwhile is in one of both, or was sent. Pure: no sockets, no clock.
"""

from collections.abc import Iterator

import msgspec
from msgspec.msgpack import decode

from watch.candle import Candle
from watch.candle_queue import MAX_CANDLES
from watch.candles import Candles, KeptCandles
from watch.slices import in_slices

HOLDING, WAITING = -1, -2  # in the place of a detector's index


def slices_of(candles: Candles) -> Iterator[tuple[int, msgspec.Raw]]:
    """Yield whose a slice is, and the slice."""
    for part in in_slices(candles.kept, candles.minutes.newest):
        yield HOLDING, part
    waiting = {candle.key: candle for candle in candles.queue.take(MAX_CANDLES)}
    for part in in_slices(waiting.__getitem__, waiting):
        yield WAITING, part


def restore_slice(number: int, part: msgspec.Raw, candles: Candles) -> list[str]:
    """Let candles go on from a slice; return the tickers of which it knows ticks that may come again."""
    if number == WAITING:
        candles.queue.put(decode(part, type=list[Candle]))
        return []
    tickers = decode(part, type=list[KeptCandles])
    for kept in tickers:
        candles.restore(kept)
    return [kept.ticker for kept in tickers]
