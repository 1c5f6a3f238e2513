"""What a snapshot has of many, in slices: no tick waits for longer than one of them takes. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec.msgpack import encode

SLICE = 200  # tickers at most; about a millisecond
SLICE_BYTES = 64 * 1024  # after which a slice has no further ticker: one that rises steadily may have thousands of lows


def in_slices(kept: Callable[[Any], object], keys: Mapping[Any, object]) -> Iterator[msgspec.Raw]:
    """What is kept of each key, encoded as arrays; a key that is gone by its turn is left out."""
    some, size = list[msgspec.Raw](), 0
    for key in list(keys):
        if key in keys:
            one = encode(kept(key))
            some.append(msgspec.Raw(one))
            size += len(one)
            if len(some) == SLICE or size >= SLICE_BYTES:
                yield msgspec.Raw(encode(some))
                some, size = [], 0
    if some:
        yield msgspec.Raw(encode(some))
