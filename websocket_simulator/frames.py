"""WebSocket frames as a client gets them, told apart by their headers (RFC 6455, section 5.2).

A frame is plain if it is a whole message by itself, text or binary, without a mask, a reserved bit or 64-bit length.
Everything else is somebody else's to judge: here it is only found where it begins and ends. Pure: no sockets, no clock.
"""

TEXT, BINARY = 0x81, 0x82  # first bytes of a whole message: the last fragment, no reserved bit
WHOLE = 0x80
OPCODES = frozenset((0x0, 0x1, 0x2, 0x8, 0x9, 0xA))  # a first byte of another frame is this, and WHOLE or not
LENGTH_16, LENGTH_64 = 126, 127  # in the second byte: the length follows in so many bits


class OddError(Exception):
    """What stands there is no frame that a client may get."""


def take_plain(data: bytes, at: int, limit: int, messages: list[bytes]) -> int:
    """Add the messages of the plain frames from `at` on, none above `limit` bytes; return where they end."""
    end, add = len(data), messages.append
    while at + 1 < end:
        first, length, start = data[at], data[at + 1], at + 2
        if first != TEXT and first != BINARY:
            break
        if length >= LENGTH_16:
            if length != LENGTH_16 or start + 1 >= end:
                break
            length = data[start] << 8 | data[start + 1]
            start += 2
        stop = start + length
        if stop > end or length > limit:
            break
        add(data[start:stop])
        at = stop
    return at


def end_of_frame(data: bytes, at: int, limit: int) -> int:
    """Where the frame at `at` ends, or its header if that is not whole yet; it may be behind the end of `data`.

    OddError as soon as it can be told that no such frame may come, or that it has more than `limit` bytes.
    """
    if len(data) < at + 2:
        return at + 2
    first, length = data[at], data[at + 1]
    if first & ~WHOLE not in OPCODES or length > LENGTH_64:
        raise OddError
    start = at + {LENGTH_16: 4, LENGTH_64: 10}.get(length, 2)
    if len(data) < start:
        return start
    if length >= LENGTH_16:
        length = int.from_bytes(data[at + 2 : start])
    if length > limit:
        raise OddError
    return start + length
