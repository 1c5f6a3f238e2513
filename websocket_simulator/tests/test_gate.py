"""Who may come in, what they may ask, and what is said of the feed's state."""

import asyncio
import json
import re
import resource
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from feed import admission as admission_module
from feed.admission import Admission, room_for
from feed.backlog import Backlog
from feed.broadcast import Feed
from feed.subscription import subscription_of
from tick import Tick

from .admitted import get, opened


@pytest.mark.parametrize(
    ("path", "wishes"),
    [
        ("/", ((), None)),
        ("/?", ((), None)),
        ("/?tickers=AAPL,msft", (("AAPL", "MSFT"), None)),
        ("/?since=0&tickers=A%3DX", (("A=X",), 0)),
    ],
)
def test_what_is_asked_for(path: str, wishes: tuple[tuple[str, ...], int | None]) -> None:
    assert subscription_of(path) == (frozenset(wishes[0]), wishes[1])


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/?since=x", "since='x'"),
        ("/?since=-1", "since='-1'"),
        ("/?since=", "since=''"),
        ("/?since=1&since=2", "since is given twice"),
        ("/?tickers=", "''"),
        ("/?tickers=A,,B", "''"),
        ("/?tickers=A%20B", "'A B'"),
        ("/?tikcers=A", "'tikcers'"),
        ("/health?since=1", ""),
        ("//[", ""),
    ],
)
async def test_a_wish_that_is_none_is_refused_and_named(path: str, named: str) -> None:
    async with opened(Admission(Feed())) as port:
        status, _, body = await asyncio.to_thread(get, port, path)
        assert (status, body.count("\n")) == ((404, 1) if "health" in path else (400, 1))
        assert named in body


async def test_health_is_told_over_plain_http() -> None:
    feed = Feed(Backlog(10**15))
    feed.publish([Tick("A", Decimal(1), datetime(2025, 6, 6, tzinfo=UTC))] * 3)
    async with opened(Admission(feed)) as port, connect(f"ws://127.0.0.1:{port}"):
        status, content_type, body = await asyncio.to_thread(get, port, "/health")
    assert (status, content_type) == (200, "application/json")
    assert json.loads(body) == {
        "status": "ok",
        "readers": 1,
        "clients": 1,
        "refused": 0,
        "too_slow": 0,
        "last_seq": 10**15 + 2,
        "ticks_sent": 3,
        "ticks_held": 3,
    }


async def test_there_is_nothing_else() -> None:
    async with opened(Admission(Feed())) as port:
        assert (await asyncio.to_thread(get, port, "/metrics?x=1"))[0] == 404


async def test_one_client_too_many_is_asked_to_come_later() -> None:
    admission = Admission(Feed(), max_clients=1)
    async with opened(admission) as port:
        stranger = await asyncio.open_connection("127.0.0.1", port)  # who is no client
        async with connect(f"ws://127.0.0.1:{port}"):
            with pytest.raises(InvalidStatus, match="503"):
                await connect(f"ws://127.0.0.1:{port}").__aenter__()
            assert admission.refused == 1
        async with asyncio.timeout(10):
            while admission.clients:
                await asyncio.sleep(0)
        async with connect(f"ws://127.0.0.1:{port}"):
            pass
        stranger[1].close()


def test_there_is_room_for_as_many_as_the_system_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[tuple[int, int]] = [(256, 1024)]
    monkeypatch.setattr("resource.getrlimit", lambda which: limits[-1])
    monkeypatch.setattr("resource.setrlimit", lambda which, both: limits.append(both))
    assert (room_for(500), limits[-1]) == (500, (750, 1024))
    assert (room_for(5000), limits[-1]) == (774, (1024, 1024))
    for soft, raised in ((256, 5250), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)):
        limits.append((soft, resource.RLIM_INFINITY))
        assert (room_for(5000), limits[-1]) == (5000, (raised, resource.RLIM_INFINITY))


async def test_far_too_many_connections_are_ended_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission_module, "MAX_HANDSHAKES", 0)
    admission = Admission(Feed(), max_clients=1)
    async with opened(admission) as port:
        first = await asyncio.open_connection("127.0.0.1", port)
        second = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(10):
            assert await second[0].read() == b""
        assert (admission.refused, admission.connections) == (1, 1)
        for _, writer in (first, second):
            writer.close()


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [
        (None, True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", True),
        ("https://desk.example", True),
        ("https://desk.example:1", False),
        ("http://127.0.0.1.evil.example", False),
        ("null", False),
    ],
)
async def test_pages_of_strangers_stay_out(origin: str | None, is_let_in: bool) -> None:
    async with opened(Admission(Feed(), origins=["https://desk.example"])) as port:
        coming = connect(f"ws://127.0.0.1:{port}", origin=origin)  # type: ignore[arg-type]
        if is_let_in:
            async with coming:
                pass
        else:
            with pytest.raises(InvalidStatus, match="403"):
                await coming


async def test_a_reader_that_says_too_much_is_let_go() -> None:
    async with opened(Admission(Feed())) as port, connect(f"ws://127.0.0.1:{port}") as reader, asyncio.timeout(10):
        await reader.send("x" * 2000)
        with pytest.raises(ConnectionClosed, match=re.escape("1009")):
            await reader.recv()
