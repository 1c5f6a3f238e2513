"""Frames that came together, decoded at once: the ticks that `tick.decode` finds in each. Pure: no sockets."""

from collections.abc import Callable
from itertools import chain
from operator import itemgetter
from typing import Any

import msgspec

from tick import Tick, are_exact, is_plain

SHORT = 1000  # bytes; to decode longer frames together saves nothing
ARRAYS, OBJECTS = (set(b"["), set(b"]")), (set(b"{"), set(b"}"))  # the first and the last bytes of frames

_read_arrays = msgspec.json.Decoder(list[list[Tick]]).decode
_read_objects = msgspec.json.Decoder(list[Tick]).decode


def decode_together(frames: list[bytes]) -> list[Tick] | None:
    """The ticks of short frames; None if each has to be decoded by itself, as one may be bad.

    They are read as one array. Valid together need not be valid alone: `[A` and `B]` are an array of two. So each frame
    begins with what opens an item of the array and ends with what closes it, nothing else opens one, and there are as
    many items as frames.
    """
    if not all(frames) or len(frames[0]) > SHORT:
        return None
    ends = set(map(itemgetter(0), frames)), set(map(itemgetter(-1), frames))
    array = b"[%b]" % b",".join(frames)
    if ends == ARRAYS and array.count(b"[") == len(frames) + 1:
        read: Callable[[bytes], list[Any]] = _read_arrays
    elif ends == OBJECTS and array.count(b"{") == len(frames) and array.count(b"[") == 1:
        if b'"withdrawal"' in array:  # which has all that a tick has
            return None
        read = _read_objects
    else:
        return None
    try:
        items = read(array)
        ticks: list[Tick] = items if read is _read_objects else list(chain.from_iterable(items))
        return ticks if len(items) == len(frames) and is_plain(array) and are_exact(ticks, array) else None
    except (ValueError, RecursionError, ArithmeticError):
        return None
