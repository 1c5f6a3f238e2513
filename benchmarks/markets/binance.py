"""Binance's stream on this machine, over TLS: trades of one message each, as fast as they are taken, or at a rate.

Frames are made before anybody connects, so that sending costs little beside receiving.
"""

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import trustme
from websockets.asyncio.server import ServerConnection, serve
from websockets.frames import Frame, Opcode

from report import process

FIRST = 1_780_670_000_000_000  # microseconds of the first trade
TOGETHER = 100  # frames in a write
SPIKE = 1.03  # of the price, now and then
EVERY = 997  # trades from one spike to the next, each of another symbol


def symbol(number: int) -> str:
    return f"C{number:04}USDT"


def trade(number: int, symbols: int, at: int) -> dict[str, object]:
    """The trade with this number among those of so many symbols: prices move by a tenth of a percent."""
    price = 100 + number * 7919 % 1000 / 10_000
    return {
        "e": "trade", "E": at, "s": symbol(number % symbols), "t": number // symbols, "p": f"{price:.8f}",
        "q": "0.01500000", "T": at, "m": True, "M": True,
    }  # fmt: skip


def aggregate(number: int, symbols: int, at: int) -> dict[str, object]:
    """The same as cryptofeed asks for it: an aggregate trade in the envelope of combined streams."""
    one = trade(number, symbols, at)
    one |= {"e": "aggTrade", "a": one["t"], "f": one["t"], "l": one.pop("t")}
    return {"stream": f"{symbol(number % symbols).lower()}@aggTrade", "data": one}


def serialized(event: dict[str, object]) -> bytes:
    payload = json.dumps(event, separators=(",", ":")).encode()
    return Frame(Opcode.TEXT, payload).serialize(mask=False)


def serve_stream(pipe: Connection, folder: str, kind: str, trades: int, symbols: int, rate: int) -> None:
    """Send what `kind` makes to whoever connects: `trades` of them, or `rate` a second for as long as it is there."""
    make = {"trade": trade, "aggTrade": aggregate}[kind]
    frames = [] if rate else [serialized(make(i, symbols, FIRST + i * 50)) for i in range(trades)]
    asyncio.run(_serve(pipe, folder, lambda connection: _send(connection, frames, symbols, rate), kind))


async def _serve(pipe: Connection, folder: str, send: Callable[[ServerConnection], object], kind: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(folder, "server.pem"))

    async def handle(connection: ServerConnection) -> None:
        reading = asyncio.create_task(_confirm(connection))
        if kind == "trade":
            await connection.subscribed.wait()  # type: ignore[attr-defined]
        await asyncio.sleep(0.2)
        await send(connection)  # type: ignore[misc]
        await connection.wait_closed()
        reading.cancel()

    class Subscribed(ServerConnection):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[arg-type]
            self.subscribed, self.symbols = asyncio.Event(), set[str]()

    async with serve(
        handle, "127.0.0.1", 0, ssl=context, compression=None, ping_interval=None, create_connection=Subscribed
    ) as server:
        pipe.send(server.sockets[0].getsockname()[1])
        await asyncio.get_running_loop().run_in_executor(None, pipe.poll, None)


async def _confirm(connection: ServerConnection) -> None:
    """Answer subscriptions; the stream begins when none has come for a moment."""
    loop, timer = asyncio.get_running_loop(), None
    async for message in connection:
        request = json.loads(message)
        connection.symbols.update(name.partition("@")[0].upper() for name in request["params"])  # type: ignore[attr-defined]
        await connection.send(json.dumps({"result": None, "id": request["id"]}))
        if timer:
            timer.cancel()
        timer = loop.call_later(1.0, connection.subscribed.set)  # type: ignore[attr-defined]


async def _send(connection: ServerConnection, frames: list[bytes], symbols: int, rate: int) -> None:
    if rate:
        await _send_paced(connection, symbols, rate)
        return
    transport = connection.transport
    for begin in range(0, len(frames), TOGETHER):
        transport.write(b"".join(frames[begin : begin + TOGETHER]))
        while transport.get_write_buffer_size() > 1024 * 1024:  # noqa: ASYNC110  # the transport has no event for it
            await asyncio.sleep(0.001)
        if begin % (20 * TOGETHER) == 0:
            await asyncio.sleep(0)


async def _send_paced(connection: ServerConnection, symbols: int, rate: int) -> None:
    """Those that were subscribed to; each has the time at which it is sent, and one in EVERY is a spike."""
    loop, number = asyncio.get_running_loop(), 0
    begin = loop.time()
    while not connection.transport.is_closing():
        due = int((loop.time() - begin) * rate)
        some = []
        for one in range(number, due):
            if symbol(one % symbols) not in connection.symbols:  # type: ignore[attr-defined]
                continue
            event = trade(one, symbols, time.time_ns() // 1000)
            if one % EVERY == EVERY - 1:
                event["p"] = f"{float(str(event['p'])) * SPIKE:.8f}"
            some.append(serialized(event))
        connection.transport.write(b"".join(some))
        number = due
        await asyncio.sleep(0.002)


@contextmanager
def exchange(kind: str, trades: int, symbols: int, rate: int = 0) -> Iterator[tuple[int, Path]]:
    """A process that is the exchange: its port, and the certificate of the authority that signed its own."""
    with TemporaryDirectory() as folder:
        authority = trustme.CA()
        authority.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
            str(Path(folder, "server.pem"))
        )
        authority.cert_pem.write_to_path(str(Path(folder, "authority.pem")))
        with process(serve_stream, folder, kind, trades, symbols, rate) as pipe:
            yield pipe.recv(), Path(folder, "authority.pem")
