"""Changes of the ledger in production: a stream, and its end with the server."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import PRODUCTION
from .production import Production

PATH = "/api/trades/changes/?after=now"
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}


@pytest.fixture
def served(named_server: tuple[Path, dict[str, str]]) -> Iterator[Production]:
    """A server that the test ends."""
    production = Production({**named_server[1], **PRODUCTION}, unheard=True)
    yield production
    production.server.kill()


@pytest.fixture
def stream(served: Production) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    headers = {"Accept": "text/event-stream", "X-Forwarded-Proto": "https"}
    connection.request("GET", PATH, headers=headers | {"Authorization": f"Token {served.tokens['viewer']}"})
    yield connection.getresponse()
    connection.close()


def event(stream: http.client.HTTPResponse) -> dict[str, str]:
    """The next one; of the end, nothing."""
    lines = list(iter(lambda: stream.readline().decode().strip(), ""))
    return dict(line.split(": ", 1) for line in lines)


def test_a_stream_tells_what_comes_and_ends_with_the_server(
    served: Production, stream: http.client.HTTPResponse
) -> None:
    assert stream.status == 200
    assert list(event(stream)) == ["retry"]
    assert list(event(stream)) == ["id"]
    served.ask("POST", "/api/trades/", TRADE, role="trader")
    change = event(stream)
    assert json.loads(change["data"])["trade"]["ticker"] == "AAPL"
    served.server.process.terminate()
    while event(stream):  # where it is, once more
        pass
    assert served.server.process.wait(timeout=20) == 0
