"""Who is admitted, what they may subscribe to, and what the feed says of its state."""

import asyncio
import json
import re
import resource
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from websocket_simulator.tests.opened import get, opened
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from feed.admission import Admission, network_of, room_for
from feed.backlog import Backlog
from feed.broadcast import Feed
from feed.subscription import Subscription, requested
from tick import Tick

TOKEN = "s3cr3t-of-the-feed"


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    return file


@pytest.mark.parametrize(
    ("path", "tickers", "since"),
    [
        ("/", (), None),
        ("/?", (), None),
        ("/?tickers=AAPL,msft", ("AAPL", "MSFT"), None),
        ("/?since=0&tickers=A%3DX", ("A=X",), 0),
    ],
)
def test_a_subscription_is_read_from_the_path(path: str, tickers: tuple[str, ...], since: int | None) -> None:
    assert requested(path) == Subscription(frozenset(tickers), since)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/?since=x", "since='x'"),
        ("/?since=-1", "since='-1'"),
        ("/?since=", "since=''"),
        ("/?since=1&since=2", "since is given twice"),
        ("/?tickers=", "''"),
        ("/?tickers=A,,B", "''"),
        ("/?tickers=A%3BB", "'A;B'"),
        ("/?tikcers=A", "'tikcers'"),
        ("/health?since=1", ""),
        ("//[", ""),
    ],
)
async def test_a_bad_subscription_is_refused_and_named(path: str, named: str) -> None:
    async with opened(Admission(Feed())) as port:
        status, _, body = await asyncio.to_thread(get, port, path)
        assert (status, body.count("\n")) == ((404, 1) if "health" in path else (400, 1))
        assert named in body


async def test_health_is_answered_over_plain_http() -> None:
    feed = Feed(Backlog(10**15))
    feed.publish([Tick("A", Decimal(1), datetime(2025, 6, 6, tzinfo=UTC))] * 3)
    async with opened(Admission(feed)) as port, connect(f"ws://127.0.0.1:{port}"):
        status, content_type, body = await asyncio.to_thread(get, port, "/health")
    assert (status, content_type) == (200, "application/json")
    assert json.loads(body) == {
        "status": "ok",
        "source": "simulated",
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
        silent = await asyncio.open_connection("127.0.0.1", port)  # who is no client
        async with connect(f"ws://127.0.0.1:{port}"):
            with pytest.raises(InvalidStatus, match="503"):
                await connect(f"ws://127.0.0.1:{port}").__aenter__()
            assert admission.refused == 1
        async with asyncio.timeout(10):
            while admission.clients:
                await asyncio.sleep(0)
        async with connect(f"ws://127.0.0.1:{port}"):
            pass
        silent[1].close()


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
    monkeypatch.setattr("feed.admission.MAX_HANDSHAKES", 0)
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
    ("origin", "is_admitted"),
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
async def test_pages_of_other_origins_are_refused(origin: str | None, is_admitted: bool) -> None:
    async with opened(Admission(Feed(), origins=["https://desk.example"])) as port:
        coming = connect(f"ws://127.0.0.1:{port}", origin=origin)  # type: ignore[arg-type]
        if is_admitted:
            async with coming:
                pass
        else:
            with pytest.raises(InvalidStatus, match="403"):
                await coming


async def test_a_reader_that_sends_too_much_is_disconnected() -> None:
    async with opened(Admission(Feed())) as port, connect(f"ws://127.0.0.1:{port}") as reader, asyncio.timeout(10):
        await reader.send("x" * 2000)
        with pytest.raises(ConnectionClosed, match=re.escape("1009")):
            await reader.recv()


@pytest.mark.parametrize(
    ("header", "is_admitted"),
    [
        (f"Token {TOKEN}", True),
        (f"bearer {TOKEN}", True),
        (f"Token {TOKEN}x", False),
        ("Token", False),
        (f"Basic {TOKEN}", False),
        ("Token \xff", False),
        (None, False),
    ],
)
async def test_the_token_is_required(header: str | None, is_admitted: bool, token_file: Path) -> None:
    headers = {"Authorization": header} if header else {}
    admission = Admission(Feed(), token_file=token_file)
    async with opened(admission) as port:
        coming = connect(f"ws://127.0.0.1:{port}", additional_headers=headers)
        if is_admitted:
            async with coming:
                pass
        else:
            with pytest.raises(InvalidStatus, match="401"):
                await coming
            assert admission.refused == 1


async def test_health_alone_needs_no_token(token_file: Path) -> None:
    async with opened(Admission(Feed(), token_file=token_file)) as port:
        statuses = [(await asyncio.to_thread(get, port, path))[0] for path in ("/health", "/metrics", "/nothing", "/")]
    assert statuses == [200, 401, 401, 401]


@pytest.mark.parametrize(("given", "allowed"), [(None, 5), (3, 3)])
async def test_clients_of_one_address_are_capped(given: int | None, allowed: int) -> None:
    admission = Admission(Feed(), max_per_address=given)
    async with opened(admission) as port:
        clients = [await connect(f"ws://127.0.0.1:{port}") for _ in range(allowed)]
        for _ in range(5 - allowed):
            with pytest.raises(InvalidStatus, match="429"):
                await connect(f"ws://127.0.0.1:{port}")
        assert admission.refused == 5 - allowed
        for client in clients:
            await client.close()
        async with connect(f"ws://127.0.0.1:{port}"):
            pass
    assert not admission.per_address


async def test_an_address_with_far_too_many_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.admission.MAX_HANDSHAKES", 0)
    admission = Admission(Feed(), max_per_address=1)
    async with opened(admission) as port:
        first = await asyncio.open_connection("127.0.0.1", port)
        second = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(10):
            assert await second[0].read() == b""
        for _, writer in (first, second):
            writer.close()


@pytest.mark.parametrize(
    ("address", "limit"),
    [("203.0.113.5", 100), ("127.0.0.1", float("inf")), (network_of("::1"), float("inf")), ("", float("inf"))],
)
def test_other_machines_have_a_limit_by_themselves(address: str, limit: float) -> None:
    assert Admission(Feed()).limit_of(address) == limit


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_whose_clients_are_counted_together(address: str, counted: str) -> None:
    assert network_of(address) == counted


async def test_metrics_are_prometheus(token_file: Path) -> None:
    admission = Admission(Feed())
    async with opened(admission) as port, connect(f"ws://127.0.0.1:{port}"):
        status, content_type, text = await asyncio.to_thread(get, port, "/metrics")
    found = {sample.name: sample.value for family in text_string_to_metric_families(text) for sample in family.samples}
    assert (status, content_type.split(";")[0]) == (200, "text/plain")
    assert found == {
        "feed_clients": 1, "feed_backlog_bytes": 0, "feed_lag_seconds": 0,
        "feed_ticks_total": 0, "feed_dropped_readers_total": 0, "feed_refused_total": 0,
    }  # fmt: skip
