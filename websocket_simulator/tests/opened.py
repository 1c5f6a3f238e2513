"""A feed that is open to clients, and what it answers over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.client import HTTPConnection

from feed.admission import Admission


@asynccontextmanager
async def opened(admission: Admission) -> AsyncIterator[int]:
    """The port of a feed behind `admission`."""
    async with await admission.open("127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


def get(port: int, path: str) -> tuple[int, str, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers["Content-Type"], body
