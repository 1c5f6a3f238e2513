"""A feed with readers over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect

from feed.admission import Admission
from feed.broadcast import Feed
from tick import Tick, decode


@asynccontextmanager
async def served(feed: Feed) -> AsyncIterator[str]:
    """The address of a server of `feed`."""
    async with await Admission(feed).open("127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def readers(feed: Feed, url: str, count: int) -> AsyncIterator[list[ClientConnection]]:
    """So many connections, all of which the feed knows."""
    connections = await asyncio.gather(*(connect(url, compression=None) for _ in range(count)))
    async with asyncio.timeout(10):
        while len(feed.readers) < count:
            await asyncio.sleep(0)
    yield connections
    await asyncio.gather(*(connection.close() for connection in connections))


async def read(connection: ClientConnection) -> list[Tick]:
    async with asyncio.timeout(10):
        return decode(await connection.recv())[0]


async def read_for_ever(connection: ClientConnection) -> None:
    while True:
        await read(connection)
