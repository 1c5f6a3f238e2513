"""However the bytes of a connection are cut, its messages, answers and end are the library's own."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.protocol import Event, State
from websockets.uri import parse_uri
from websockets.utils import accept_key

from frames import OddError, end_of_frame, take_plain
from stream import DATA, GATHER, MUCH, Stream

LIMIT = 300  # bytes of a message
Outcome = tuple[list[bytes], bytes, int | None, str | None, State]


class Wire(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written, self.is_paused, self.is_aborted = b"", False, False

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.written += b"EOF"

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False


class Reference(ClientConnection):
    """The library alone, but for what becomes of its messages."""

    def __init__(self, protocol: ClientProtocol) -> None:
        super().__init__(protocol)
        self._messages, self._parts = list[bytes](), b""

    def process_event(self, event: Event) -> None:
        if not isinstance(event, Frame) or event.opcode not in DATA:
            super().process_event(event)
            return
        self._parts += event.data
        if event.fin:
            self._messages.append(self._parts)
            self._parts = b""


@pytest.fixture(autouse=True)
def masks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are the same each time."""
    monkeypatch.setattr("websockets.frames.secrets.token_bytes", bytes)
    monkeypatch.setattr("websockets.client.generate_key", lambda: "AAAAAAAAAAAAAAAAAAAAAA==")


def opened(kind: type[Stream | Reference], limit: int | None = LIMIT) -> tuple[Stream | Reference, bytes]:
    """A connection that has asked for a handshake, and what answers it."""
    connection = kind(ClientProtocol(parse_uri("ws://feed/"), max_size=limit))
    connection.connection_made(Wire())
    connection.protocol.send_request(connection.protocol.connect())
    connection.send_data()
    accepted = accept_key("AAAAAAAAAAAAAAAAAAAAAA==")
    answer = f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accepted}\r\n\r\n"
    return connection, answer.encode()


def outcome(
    kind: type[Stream | Reference], data: bytes, cuts: list[int], closes_at: int | None = None, ends: bool = False
) -> Outcome:
    async def run() -> Outcome:
        connection, answer = opened(kind)
        whole = answer + data
        begins = [0, *sorted(cut % (len(whole) + 1) for cut in cuts)]
        for number, (begin, end) in enumerate(zip(begins, [*begins[1:], len(whole)], strict=True)):
            if number == closes_at and connection.protocol.state is State.OPEN:
                connection.protocol.send_close(1000)
                connection.send_data()
            if begin < end:
                connection.data_received(whole[begin:end])
        if ends:
            connection.eof_received()
            connection.connection_lost(None)
        protocol, wire = connection.protocol, connection.transport
        assert isinstance(wire, Wire)
        return connection._messages, wire.written, protocol.close_code, protocol.close_reason, protocol.state

    return asyncio.run(run())


def frame(first: int, payload: bytes, form: int = 0, mask: int = 0) -> bytes:
    """`form` is the number of bytes of the length: more than it needs is allowed."""
    size = len(payload)
    form = max(form, 0 if size < 126 else 2)
    length = bytes([mask | size]) if not form else bytes([mask | (126 if form == 2 else 127)]) + size.to_bytes(form)
    return bytes([first]) + length + payload


payloads = st.binary(max_size=5) | st.sampled_from(
    [b"[" + b"x" * size + b"]" for size in (60, 120, 123, 124, 130, 298, 299, 400)]
)
forms = st.sampled_from([0, 0, 0, 2, 8])
plain = st.builds(frame, st.sampled_from([0x81, 0x82]), payloads, forms)
whole = st.builds(frame, st.sampled_from([0x01, 0x02, 0x00, 0x00, 0x80, 0x80]), payloads, forms)
control = st.builds(frame, st.sampled_from([0x89, 0x8A]), st.binary(max_size=125) | payloads, forms)
closing = st.builds(
    frame, st.just(0x88), st.sampled_from([b"", b"\x03\xe8", b"\x03\xe9bye", b"\x03", b"\x00\x01", b"\x03\xe8\xff"])
)
odd = st.builds(frame, st.integers(0, 255), payloads, forms, st.sampled_from([0, 0x80])) | st.sampled_from(
    [b"\x81\x7e\x01\x2d", b"\x81\x7f" + b"\xff" * 8, b"\x81\x7f\x00\x00\x00\x00\x00\x00\x01\x2d", b"\x89\x7e"]
)
streams = st.lists(plain | plain | whole | control | closing | odd, max_size=8).map(b"".join)
cuts = st.lists(st.integers(0, 2000), max_size=8) | st.just(list(range(2000)))


@settings(max_examples=400, deadline=None)
@given(streams, st.binary(max_size=3), cuts, st.none() | st.integers(0, 9), st.booleans())
def test_whatever_comes_it_does_what_the_library_does(
    data: bytes, rest: bytes, cuts: list[int], closes_at: int | None, ends: bool
) -> None:
    cut = [outcome(kind, data + rest, cuts, closes_at, ends) for kind in (Stream, Reference)]
    assert cut[0] == cut[1]


BAD = [
    b"\x83\x00",
    b"\x81\x80",
    b"\x81\xfe",
    b"\xc1\x00",
    b"\x81\x7e\x01\x2d",
    b"\x81\x7f\x00\x00\x00\x00\x00\x00\x01\x2d",
]


@pytest.mark.parametrize("bad", BAD)
def test_an_odd_frame_ends_the_connection_as_soon_as_it_is_seen(bad: bytes) -> None:
    messages, _, code, _, state = outcome(Stream, frame(0x81, b"[1]") + bad, [])
    assert (messages, state) == ([b"[1]"], State.CLOSING)
    assert (code, state) == outcome(Reference, frame(0x81, b"[1]") + bad, [])[2::2]


async def test_plain_frames_do_not_pass_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    connection, answer = opened(Stream)
    assert isinstance(connection, Stream)
    connection.data_received(answer)
    monkeypatch.setattr(connection.protocol, "receive_data", pytest.fail)
    connection.data_received(frame(0x81, b"[1]") + frame(0x82, b"[2]" * 60) + frame(0x81, b"[3]")[:-1])
    assert await connection.recv_batch() == [b"[1]", b"[2]" * 60]
    connection.data_received(b"]")
    assert await connection.recv_batch() == [b"[3]"]


async def test_a_frame_that_comes_in_many_pieces_is_put_together_once() -> None:
    size = 20_000
    connection, answer = opened(Stream, limit=size)
    assert isinstance(connection, Stream)
    connection.data_received(answer)
    for byte in frame(0x81, b"x" * size, form=8):
        connection.data_received(bytes([byte]))
    assert await connection.recv_batch() == [b"x" * size]


class Clock:
    """A loop whose time stands still, and that keeps what is to be called later."""

    def __init__(self) -> None:
        self.now, self.later = 100.0, list[tuple[float, Callable[[], None]]]()

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, call: Callable[[], None]) -> None:
        self.later.append((delay, call))


async def test_reads_that_follow_closely_and_bring_little_are_gathered() -> None:
    connection, answer = opened(Stream)
    wire, clock, message = connection.transport, Clock(), frame(0x81, b"[1]")
    assert isinstance(wire, Wire)
    connection.loop = clock  # type: ignore[assignment]
    connection.data_received(answer)
    assert not wire.is_paused
    connection.data_received(message)
    [(delay, resume)] = clock.later
    assert (wire.is_paused, delay) == (True, GATHER)
    resume()
    assert not wire.is_paused
    connection.data_received(message * MUCH)
    clock.now += 2 * GATHER
    connection.data_received(message)
    assert len(clock.later) == 1


def test_where_a_frame_ends_is_known_from_its_header() -> None:
    header = frame(0x81, b"x" * 200)[:4]
    assert [end_of_frame(header[:size], 0, 200) for size in range(5)] == [2, 2, 4, 4, 204]
    with pytest.raises(OddError):
        end_of_frame(header, 0, 199)


def test_a_message_above_the_limit_is_not_taken() -> None:
    messages = list[bytes]()
    assert take_plain(frame(0x81, b"x" * 9) + frame(0x81, b"x" * 10), 0, 9, messages) == 11
    assert messages == [b"x" * 9]
