"""A small TCP proxy before a feed, which does to connections what networks do, and notes the frames it passed on."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

CHUNK = 65536
BYTE_INTERVAL, LATENCY = 0.05, 0.1  # seconds


class Link:
    """One connection through the proxy. `fault` is what happens to bytes from the feed from here on."""

    def __init__(self, frames: list[bytes]) -> None:
        self.frames, self.fault = frames, ""
        self.ended = asyncio.Event()  # its client has left
        self._unread = b""
        self._is_open = False  # the handshake's answer has passed

    async def run(self, client: tuple[asyncio.StreamReader, asyncio.StreamWriter], port: int) -> None:
        feed = await asyncio.open_connection("127.0.0.1", port)
        self.client, self.feed = client[1], feed[1]
        down = asyncio.create_task(self._pass_down(feed[0]))
        with contextlib.suppress(OSError):
            while data := await client[0].read(CHUNK):
                feed[1].write(data)
        self.ended.set()
        down.cancel()
        for writer in (client[1], feed[1]):
            writer.transport.abort()

    async def _pass_down(self, feed: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            while data := await feed.read(CHUNK):
                await self._pass(data)
        if self.fault != "half-open":
            self.client.close()

    async def _pass(self, data: bytes) -> None:
        match self.fault:
            case "latency":
                await asyncio.sleep(LATENCY)
            case "blackhole" | "half-open":
                return
            case "reset":
                self._send(data[: len(data) // 2])
                self.client.transport.abort()
                return
            case "byte by byte":
                for byte in data:
                    self._send(bytes([byte]))
                    await asyncio.sleep(BYTE_INTERVAL)
                return
        self._send(data)

    def _send(self, data: bytes) -> None:
        self.client.write(data)
        self._unread += data
        if not self._is_open and b"\r\n\r\n" in self._unread:
            self._is_open, self._unread = True, self._unread.partition(b"\r\n\r\n")[2]
        while self._is_open and self._take_frame():
            pass

    def _take_frame(self) -> bool:
        """Note the next frame if it is whole (RFC 6455, section 5.2)."""
        if len(self._unread) < 2:
            return False
        opcode, length, start = self._unread[0] & 15, self._unread[1], 2
        if length >= 126:
            form, size = ("!H", 2) if length == 126 else ("!Q", 8)
            start += size
            if len(self._unread) < start:
                return False
            [length] = struct.unpack(form, self._unread[2:start])
        if len(self._unread) < start + length:
            return False
        if opcode in (1, 2):
            self.frames.append(self._unread[start : start + length])
        self._unread = self._unread[start + length :]
        return True


class Proxy:
    """Passes connections on to the feed at `port`, which may change; `frames` are those of all connections."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.frames: list[bytes] = []
        self.links: list[Link] = []
        self.is_refusing = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.own_port}"

    async def passed(self, count: int) -> None:
        """Wait until so many frames have passed."""
        while len(self.frames) < count:
            await asyncio.sleep(0.005)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.own_port = server.sockets[0].getsockname()[1]
        yield self
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        link = Link(self.frames)
        try:
            if not self.is_refusing:
                self.links.append(link)
                await link.run((reader, writer), self.port)
        except OSError:
            pass  # there is no feed at the moment
        finally:
            link.ended.set()
            writer.transport.abort()
