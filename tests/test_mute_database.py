"""A PostgreSQL server that is reached and says nothing: whoever asks is told so soon, at every address that needs it."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from .running import ROOT, clean_environment

ANSWERED_WITHIN = 2.0  # seconds
TRADE = '{"ticker": "AAPL", "price": "1", "quantity": "1", "side": "buy"}'
ASK = """
import json, sys, time
from concurrent.futures import ThreadPoolExecutor
import django
django.setup()
from django.test import Client
Client(raise_request_exception=False).get("/livez")  # what is imported at the first request is no part of an answer's time

def ask(request):
    method, path, body, content_type = request
    begun = time.monotonic()
    answer = Client(raise_request_exception=False).generic(method, path, body, content_type)
    b"".join(answer)
    return answer.status_code, answer.get("Retry-After"), time.monotonic() - begun

with ThreadPoolExecutor(100) as pool:
    print(json.dumps(list(pool.map(ask, json.loads(sys.argv[1])))))
"""
JSON = "application/json"
REQUESTS = [
    ("GET", "/readyz", "", JSON),
    ("GET", "/api/trades/", "", JSON),
    ("GET", "/api/trades/1/", "", JSON),
    ("POST", "/api/trades/", TRADE, JSON),
    ("PUT", "/api/trades/1/", TRADE, JSON),
    ("PATCH", "/api/trades/1/", '{"price": "2"}', JSON),
    ("DELETE", "/api/trades/1/", "", JSON),
    ("GET", "/api/trades/1/history/", "", JSON),
    ("POST", "/api/trades/1/restore/", "", JSON),
    ("GET", "/api/trades/summary/", "", JSON),
    ("GET", "/api/trades/export/", "", "text/csv"),
    (
        "POST",
        "/api/trades/bulk/",
        "ticker,price,quantity,side,timestamp\nAAPL,1,1,buy,2025-06-06T20:00:00Z\n",
        "text/csv",
    ),
    ("GET", "/api/alerts/", "", JSON),
    ("GET", "/api/positions/", "", JSON),
    ("GET", "/api/lots/?format=csv", "", JSON),
    ("GET", "/api/candles/?ticker=AAPL&interval=1d", "", JSON),
    ("POST", "/login/", "username=a&password=b", "application/x-www-form-urlencoded"),
]


@pytest.fixture(scope="module")
def answers() -> Iterator[list[list[float]]]:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(1024)
        environment = clean_environment(
            DB_NAME="trading", DB_USER="trading", DB_HOST="127.0.0.1", DB_PORT=str(mute.getsockname()[1]),
            DJANGO_SETTINGS_MODULE="trading_system.settings", SECRET_KEY="s" * 60,
            ALLOWED_HOSTS="testserver",
        )  # fmt: skip
        asked = subprocess.run(
            [sys.executable, "-c", ASK, json.dumps(REQUESTS)], cwd=ROOT / "trading_system", env=environment,
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        yield json.loads(asked.stdout)


@pytest.mark.parametrize("number", range(len(REQUESTS)), ids=[f"{method} {path}" for method, path, *_ in REQUESTS])
def test_it_is_a_503_in_time(answers: list[list[float]], number: int) -> None:
    status, retry_after, seconds = answers[number]
    assert (status, retry_after) == (503, "1")
    assert seconds < ANSWERED_WITHIN
