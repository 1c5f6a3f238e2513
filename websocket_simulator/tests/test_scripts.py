"""python server.py and python client.py, as people run them."""

import asyncio
import csv
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect as sync_connect

import client
import server
from feed.sources import label_writer
from tick import Tick, decode, render

SCRIPTS = Path(__file__).parents[1]
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
Start = Callable[..., "subprocess.Popen[str]"]
Url = Callable[["subprocess.Popen[str]"], str]
LINES = [
    "📈 Price Spike Alert: A increased by 3.0% in 1 minute!",
    "📈 Price Spike Alert: A increased by 6.1% in 1 minute!",
]


@pytest.fixture
def left(start: Start, url_of: Url, recording: Path) -> str:
    """The address of a server that plays the recording to one who leaves before its end."""
    return url_of(start("server.py", "--port", "0", "--replay", str(recording), "--speed", "0"))


def test_the_server_says_whether_its_prices_are_simulated(start: Start, recorded_line: str) -> None:
    server = start("server.py", "--port", "0")
    assert server.stderr is not None
    for line, said, source in (
        (recorded_line, "recording", "recording"),
        (server.stderr.readline(), "simulated market", "simulated"),
    ):
        assert line.endswith(f" ({said})\n")
        health = DIRECT.open(line.split()[2].replace("ws:", "http:") + "/health")
        assert json.load(health)["source"] == source


def test_a_replayed_recording_gives_its_alerts(start: Start, recorded: str) -> None:
    client = start("client.py", "--url", recorded, "--exit-on-eof")
    out, err = client.communicate(timeout=20)
    assert (client.returncode, out.splitlines()) == (0, LINES)
    assert err.splitlines()[-1] == (
        "6 ticks, 4 frames, 0 bad, 0 late, 0 quarantined, 0 duplicate, 0 outliers, 0 gaps, 0 reconnections, 0 tickers forgotten,"
        " 2 alerts"
    )


def test_json_lines_and_other_rules(start: Start, recorded: str) -> None:
    client = start(
        "client.py",
        "--url",
        recorded,
        "--exit-on-eof",
        "--json",
        "--threshold",
        "1.9",
        "--tickers",
        "b",
        "--window",
        "1",
    )
    out, _ = client.communicate(timeout=20)
    [alert] = [json.loads(line) for line in out.splitlines()]
    assert alert.pop("id")
    assert datetime.now(UTC) - datetime.fromisoformat(alert.pop("received")) < timedelta(minutes=1)
    assert alert.pop("seq") == alert.pop("low_seq") + 2
    assert alert == {
        "kind": "rise",
        "ticker": "B",
        "price": "51.00",
        "timestamp": "2025-06-06T20:00:01.000000Z",
        "low": "50",
        "low_timestamp": "2025-06-06T20:00:00.000000Z",
        "rise_percent": "2.00",
        "threshold_percent": "1.9",
        "window_seconds": 1.0,
        "gap": False,
        "rule": "rise",
        "severity": "warning",
        "confirmed": False,
    }


def test_a_recording_needs_no_server(start: Start, recording: Path) -> None:
    recording.write_text(recording.read_text() + "A,x,2025-06-06T20:00:04Z\n")
    client = start("client.py", "--replay", str(recording), "--falls", "--threshold", "A=5", "--threshold", "1.5")
    out, err = client.communicate(timeout=20)
    assert (client.returncode, out.splitlines()) == (
        0,
        [
            "📈 Price Spike Alert: A increased by 6.1% in 1 minute!",
            "📈 Price Spike Alert: B increased by 2.0% in 1 minute! (not confirmed by a second tick)",
        ],
    )
    assert "line 8: 'x' is no price" in err
    assert "6 ticks, 0 frames, 1 bad" in err.splitlines()[-1]


def test_it_ends_after_so_many_alerts(start: Start, left: str, recording: Path) -> None:
    for source in (["--url", left], ["--replay", str(recording)]):
        client = start("client.py", *source, "--max-alerts", "1")
        out, err = client.communicate(timeout=20)
        assert (client.returncode, out.splitlines()) == (0, LINES[:1])
        assert err.splitlines()[-1].endswith("1 alerts")


def test_alerts_beyond_the_last_are_told_by_the_next_start(start: Start, url_of: Url, tmp_path: Path) -> None:
    rows = [f"{ticker},{100 + 3 * at},2025-06-06T20:00:0{at}Z" for at in range(2) for ticker in "ABC"]
    (tmp_path / "together.csv").write_text("\n".join(["ticker,price,timestamp", *rows, ""]))
    feed = url_of(start("server.py", "--port", "0", "--replay", str(tmp_path / "together.csv"), "--speed", "0"))
    options, told = ("--json", "--confirm", "0", "--state", str(tmp_path / "state")), []
    for url, end in ((feed, ("--max-alerts", "1")), ("ws://127.0.0.1:1", ("--duration", "0.1"))):
        out, _ = start("client.py", "--url", url, *options, *end).communicate(timeout=20)
        told.append([json.loads(line)["ticker"] for line in out.splitlines()])
    assert told == [["A"], ["B", "C"]]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_starts_ends_it_well(start: Start, tmp_path: Path, signum: int) -> None:
    fifo = tmp_path / "state.outbox"
    os.mkfifo(fifo)
    client = start("client.py", "--state", str(tmp_path / "state"))
    with fifo.open("rb"):  # once the client has opened it, which waits for what is in it
        client.send_signal(signum)
        assert client.communicate(timeout=20) == ("", "")
    assert client.returncode == 0


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("script", ["client.py", "server.py"])
def test_a_signal_while_options_are_read_ends_it_well(start: Start, tmp_path: Path, script: str, signum: int) -> None:
    fifo = tmp_path / "token"
    os.mkfifo(fifo)
    process = start(script, "--token-file", str(fifo))
    with fifo.open("wb"):  # once it has opened it
        process.send_signal(signum)
        assert process.communicate(timeout=20) == ("", "")
    assert process.returncode == 0


def test_it_ends_when_its_time_is_up(start: Start) -> None:
    client = start("client.py", "--url", "ws://127.0.0.1:1", "--duration", "0.1")
    assert client.communicate(timeout=20)[0] == ""
    assert client.returncode == 0


async def test_a_restarted_server_goes_on_counting_where_the_old_one_could_not(start: Start, url_of: Url) -> None:
    seqs = []
    for _ in range(2):
        server = start("server.py", "--port", "0", "--rate", "100")
        async with connect(url_of(server)) as reader, asyncio.timeout(10):
            seqs += [tick.seq or 0 for tick in decode(await reader.recv())[0]]
        server.kill()
    assert seqs == sorted(set(seqs))


def test_ctrl_c_ends_both_with_0(start: Start, url_of: Url) -> None:
    server = start("server.py", "--port", "0")
    url = url_of(server)
    client = start("client.py", "--url", url)
    assert client.stderr is not None
    assert client.stderr.readline() == f"connected to {url}\n"
    for process in (client, server):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        assert process.returncode == 0


async def test_stopping_the_server_closes_with_1001_whoever_reads_or_not(start: Start, url_of: Url) -> None:
    server = start("server.py", "--port", "0", "--rate", "1000")
    async with (
        connect(url_of(server)) as reader,
        connect(reader.request.headers and f"ws://{reader.request.headers['Host']}") as idle,
    ):
        idle.transport.pause_reading()
        await reader.recv()
        server.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            async for _ in reader:
                pass
            assert reader.close_code == 1001
            await asyncio.to_thread(server.wait)
        assert server.returncode == 0
        idle.transport.abort()


def test_a_connection_that_sends_nothing_does_not_hold_up_the_end(start: Start, url_of: Url) -> None:
    server = start("server.py", "--port", "0")
    with socket.create_connection(("127.0.0.1", int(url_of(server).rpartition(":")[2]))):
        server.terminate()
        _, err = server.communicate(timeout=5)
    assert (server.returncode, err) == (0, "")


async def test_labels_say_where_the_spikes_are(start: Start, url_of: Url, tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    server = start("server.py", "--port", "0", "--rate", "0.05", "--seed", "1", "--labels", str(labels))
    async with connect(f"{url_of(server)}/?since=0") as reader, asyncio.timeout(10):
        frame = await reader.recv()
    [row] = csv.DictReader(labels.read_text().splitlines())  # with this seed the first step has a jump
    [tick] = [tick for tick in decode(frame)[0] if tick.ticker == row["ticker"]]
    assert (row["timestamp"], row["price"]) == (render(tick.timestamp), str(tick.price))
    assert float(row["rise_percent"]) == pytest.approx(
        (float(row["price"]) / float(row["price_before"]) - 1) * 100, abs=1e-4
    )


def test_the_labels_file_is_a_table() -> None:
    file = StringIO()
    tick = Tick("A", Decimal("103.00"), datetime(2025, 6, 6, tzinfo=UTC))
    label_writer(file)(tick, Decimal("100.00"))
    assert file.getvalue().splitlines()[1] == "A,2025-06-06T00:00:00.000000Z,103.00,100.00,3.0000"


def test_a_recording_that_is_gone_is_a_failure(start: Start, url_of: Url, recording: Path) -> None:
    server = start("server.py", "--port", "0", "--replay", str(recording))
    url = url_of(server)
    recording.unlink()
    with sync_connect(url, proxy=None):
        _, err = server.communicate(timeout=10)
    assert server.returncode == 1
    assert "No such file" in err
    assert "Traceback" not in err


async def test_faults_come_through_the_server_and_a_seed_repeats_them(start: Start, url_of: Url) -> None:
    async def dropped(url: str) -> set[int]:
        """Of the first thousand ticks, those that did not come once this reader was there."""
        health = await asyncio.to_thread(lambda: json.load(DIRECT.open(url.replace("ws:", "http:") + "/health")))
        first, seqs = health["last_seq"] - health["ticks_sent"] + 1, [0]
        async with connect(url) as reader, asyncio.timeout(20):
            while seqs[-1] < first + 1000:
                seqs += [tick.seq or 0 for tick in decode(await reader.recv())[0]]
        return {seq - first for seq in range(seqs[1], first + 1000) if seq not in seqs}

    options = ["--rate", "500", "--tickers", "A", "--seed", "7", "--fault", "drop=0.2,delay=0", "--fault", "stall=0"]
    servers = [start("server.py", "--port", "0", *options) for _ in range(2)]
    one, other = await asyncio.gather(*map(dropped, map(url_of, servers)))
    common = range(max(min(one), min(other)), 1000)
    assert len([seq for seq in one if seq in common]) > 2
    assert {seq for seq in one if seq in common} == {seq for seq in other if seq in common}


async def test_admission_is_as_the_options_say(start: Start, url_of: Url) -> None:
    url = url_of(start("server.py", "--port", "0", "--max-clients", "1", "--origin", "https://Desk.example/"))
    async with connect(url, origin="https://desk.example"):  # type: ignore[arg-type]
        with pytest.raises(InvalidStatus, match="503"):
            await connect(url)


async def test_a_client_asks_for_its_tickers_alone(start: Start, url_of: Url) -> None:
    url = url_of(start("server.py", "--port", "0", "--rate", "50", "--tickers", "A,B,C"))
    client = start("client.py", "--url", f"{url}/?tickers=a&since=0", "--tickers", "B", "--duration", "1.5")
    _, err = await asyncio.to_thread(client.communicate, timeout=20)
    [ticks, frames] = [int(words.split()[0]) for words in err.splitlines()[-1].split(", ")[:2]]
    health = await asyncio.to_thread(lambda: json.load(DIRECT.open(url.replace("ws:", "http:") + "/health")))
    assert frames >= 10
    assert ticks % 2 == 0
    assert 2 * frames <= ticks <= health["ticks_sent"] // 3 * 2  # what was there before comes in one frame
    assert " 0 gaps" in err


def test_alerts_that_cannot_be_written_are_a_failure(recording: Path) -> None:
    words = [sys.executable, str(SCRIPTS / "client.py"), "--replay", str(recording)]
    for redirection, said in ((">/dev/full", "No space left"), (">&-", "stdout is closed")):
        shell = ["/bin/sh", "-c", f'exec "$@" {redirection}', "sh", *words]
        client = subprocess.run(shell, capture_output=True, text=True, timeout=20, check=False)
        assert client.returncode == 1
        assert f"error: cannot write alerts: {said}" in client.stderr
        assert "Traceback" not in client.stderr


def test_an_alert_and_its_end_of_line_are_written_in_one_piece(recording: Path) -> None:
    """Where stdout and stderr are one file, as of a service, another thread's message could come between the two."""
    words = [sys.executable, "-u", str(SCRIPTS / "client.py"), "--replay", str(recording)]
    reader, writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with reader, writer:
        subprocess.run(words, stdout=writer, stderr=subprocess.DEVNULL, timeout=20, check=True)
        assert [reader.recv(1000).decode() for _ in LINES] == [f"{line}\n" for line in LINES]


def test_a_recording_may_come_through_a_pipe(recording: Path) -> None:
    recording.write_text(recording.read_text().replace("2025", "2125"))  # whatever our clock says
    words = [sys.executable, str(SCRIPTS / "client.py"), "--replay", "/dev/stdin"]
    client = subprocess.run(words, input=recording.read_text(), capture_output=True, text=True, timeout=20, check=True)
    assert client.stdout.splitlines() == LINES
    assert client.stderr.count("\n") == 1


def test_a_long_recording_can_be_stopped(start: Start, recording: Path) -> None:
    client = start("client.py", "--replay", "/dev/stdin", stdin=subprocess.PIPE)
    assert client.stdin is not None
    assert client.stdout is not None
    client.stdin.write(recording.read_text() + "B,1,2025-06-06T20:00:04Z\n" * 10_000)
    client.stdin.flush()
    client.stdout.readline()
    client.send_signal(signal.SIGTERM)
    _, err = client.communicate(timeout=20)
    assert client.returncode == 0
    assert err.splitlines()[-1].endswith("2 alerts")


def test_whoever_reads_the_lines_of_a_recording_may_stop_reading(start: Start, recording: Path) -> None:
    client = start("client.py", "--replay", "/dev/stdin", stdin=subprocess.PIPE)
    assert client.stdin is not None
    assert client.stdout is not None
    client.stdout.close()
    client.stdout = None
    _, err = client.communicate(recording.read_text(), timeout=20)
    assert (client.returncode, "Traceback" in err, "error" in err) == (0, False, False)


async def test_a_seed_repeats_the_prices(start: Start, url_of: Url) -> None:
    async def prices() -> list[str]:
        server = start("server.py", "--port", "0", "--seed", "7", "--tickers", "aapl,X", "--rate", "0.001")
        async with connect(url_of(server)) as reader, asyncio.timeout(10):
            server.terminate()
            return [str(tick.price) async for frame in reader for tick in decode(frame)[0]]

    assert await prices() == await prices()


def test_a_port_in_use_is_one_clear_line(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        server = start("server.py", "--port", port)
        _, err = server.communicate(timeout=10)
    assert server.returncode == 1
    assert err.count("\n") == 1
    assert port in err
    assert "FEED_PORT" in err


@pytest.mark.parametrize(
    ("script", "arguments", "named"),
    [
        ("server.py", ["--rate", "0"], "--rate"),
        ("server.py", ["--rate", "nan"], "--rate"),
        ("server.py", ["--speed", "-1"], "--speed"),
        ("server.py", ["--tickers", "A,,B"], "--tickers"),
        ("server.py", ["--port", "x"], "--port"),
        ("server.py", ["--port", "70000"], "--port"),
        ("server.py", ["--replay", "no such file.csv"], "no such file.csv"),
        ("server.py", ["--replay", __file__], "no column"),
        ("client.py", ["--url", f"ws://{'a' * 70}.example"], "--url"),
        ("client.py", ["--threshold", "0"], "--threshold"),
        ("client.py", ["--threshold", "NaN"], "--threshold"),
        ("client.py", ["--window", "-1"], "--window"),
        ("client.py", ["--url", "http://127.0.0.1"], "--url"),
        ("client.py", ["--tickers", "A;B"], "--tickers"),
        ("client.py", ["--wndow", "1"], "--wndow"),
        ("client.py", ["--threshold", "A;B=2"], "--threshold"),
        ("client.py", ["--max-alerts", "0"], "--max-alerts"),
        ("client.py", ["--state", ""], "'' is no file"),
        ("client.py", ["--state", ".."], "'..' is no file"),
        ("client.py", ["--state", "n" * 300], "File name too long"),
        ("client.py", ["--stale", "0"], "--stale"),
        ("client.py", ["--url", "ws://x/?tickers=A%3BB"], "--url"),
        ("client.py", ["--live", "--replay", "/dev/null"], "--replay"),
        ("client.py", ["--replay", "no such file.csv"], "no such file.csv"),
        ("client.py", ["--api", "127.0.0.1:8000"], "--api"),
        ("client.py", ["--api", "ws://127.0.0.1:8000"], "--api"),
        ("client.py", ["--api", "http://127.0.0.1:eighty"], "--api"),
        ("client.py", ["--api", "http://127.0.0.1:8000/?x=1"], "--api"),
        ("client.py", ["--api", "http://me:secret@127.0.0.1:8000"], "--api"),
        ("client.py", ["--api", "http://127.0.0.1:8000/ä b"], "--api"),
        ("client.py", ["--api", "http://"], "--api"),
        ("server.py", ["--fault", "drop,fire"], "'fire'"),
        ("server.py", ["--fault", "drop=2"], "--fault"),
        ("server.py", ["--max-clients", "0"], "--max-clients"),
        ("server.py", ["--labels", "/no/such/directory/x.csv"], "--labels"),
    ],
)
def test_wrong_usage_is_named_and_exits_2(
    script: str, arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        {"client.py": client, "server.py": server}[script].parse_arguments(arguments)
    out, err = capsys.readouterr()
    assert out == ""
    assert named in err.splitlines()[-1]


def test_a_command_with_wrong_usage_exits_2(start: Start) -> None:
    for script in ("client.py", "server.py"):
        process = start(script, "--nonsense")
        _, err = process.communicate(timeout=10)
        assert (process.returncode, err.splitlines()[-1]) == (2, f"{script}: error: unrecognized arguments: --nonsense")


def test_a_feed_that_refuses_us_is_a_failure(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        client = start("client.py", "--url", f"ws://127.0.0.1:{port}")
        connection, _ = listener.accept()
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        _, err = client.communicate(timeout=10)
        connection.close()
    assert client.returncode == 1
    assert "HTTP 404" in err


def test_whoever_reads_our_lines_may_stop_reading(start: Start, left: str) -> None:
    client = start("client.py", "--url", left, "--exit-on-eof")
    assert client.stdout is not None
    client.stdout.close()
    client.stdout = None
    _, err = client.communicate(timeout=10)
    assert client.returncode == 0
    assert "Traceback" not in err
