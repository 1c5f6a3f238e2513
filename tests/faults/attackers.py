"""Rude clients, in a process of their own: KINDS PORT SECONDS. In the end it says in JSON what became of them."""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress

HEAD = "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nContent-Type: application/json\r\n"
DRIP = 0.5  # seconds between two bytes
PAUSE = 0.2  # seconds between two big bodies of one client
MEGABYTES_10 = 10_000_000


class Attack:
    """Connections are opened again whenever they end; `longest` is how many seconds one had to wait for its answer."""

    def __init__(self, port: int, seconds: float) -> None:
        self.port, self.end = port, time.monotonic() + seconds
        self.ended, self.longest = Counter[str](), 0.0

    async def visit(self, rude: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> None:
        while time.monotonic() < self.end:
            begun, status = time.monotonic(), "still there"
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(DRIP)
                continue
            acting = asyncio.ensure_future(rude(reader, writer))
            with suppress(OSError, asyncio.IncompleteReadError):
                async with asyncio.timeout_at(asyncio.get_running_loop().time() + self.end - begun):
                    line = await reader.readline()
                    status = line.split()[1].decode() if line else "closed"
                    self.longest = max(self.longest, time.monotonic() - begun)
                    if rude is slow_upload:
                        await acting  # and go on, whatever was answered
            with suppress(TimeoutError):
                acting.cancel()
            self.ended[status] += 1
            writer.close()


async def idle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    pass


async def slow_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await drip(writer, b"", iter(HEAD.format(method="GET", path="/livez").encode() * 1000))


async def slow_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = HEAD.format(method="POST", path="/api/trades/") + "Content-Length: 900\r\n\r\n"
    await drip(writer, head.encode(), iter(b" " * 900))


async def slow_upload(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = HEAD.format(method="POST", path="/api/trades/bulk/") + "Content-Length: 200000000\r\n\r\n"
    await drip(writer, head.encode(), iter(b" " * 100_000))


async def big_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(PAUSE)
    head = HEAD.format(method="POST", path="/api/trades/") + f"Content-Length: {MEGABYTES_10}\r\n\r\n"
    with suppress(OSError):
        writer.write(head.encode() + b"[" * MEGABYTES_10)
        await writer.drain()


async def nested(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(PAUSE)
    body = b"[" * 500_000 + b"]" * 500_000
    head = HEAD.format(method="POST", path="/api/trades/") + f"Authorization: Token {sys.argv[4]}\r\n"
    with suppress(OSError):
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()


async def drip(writer: asyncio.StreamWriter, head: bytes, rest: Iterator[int]) -> None:
    with suppress(OSError):
        writer.write(head)
        for byte in rest:
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(DRIP)


KINDS = {
    "idle": (idle, 1000), "slow-heads": (slow_head, 200), "slow-bodies": (slow_body, 200),
    "slow-uploads": (slow_upload, 100), "big-bodies": (big_body, 2), "nesting": (nested, 1),
}  # fmt: skip


async def main(kinds: list[str], port: int, seconds: float) -> None:
    attacks = {kind: Attack(port, seconds) for kind in kinds}
    visits = [attacks[kind].visit(KINDS[kind][0]) for kind in kinds for _ in range(KINDS[kind][1])]
    await asyncio.gather(*visits)
    print(json.dumps({kind: [attack.ended, attack.longest] for kind, attack in attacks.items()}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1].split(","), int(sys.argv[2]), float(sys.argv[3])))
