"""Requests to a WSGI application in this process: the whole of Django, and no network."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler

BATCH = 0.1  # seconds that a call is repeated for


def ask(application: WSGIHandler, url: str, body: bytes | None = None) -> bytes:
    """The body of the answer, read to its end; JSON in and out."""
    path, _, query = url.partition("?")
    statuses: list[str] = []

    def start_response(status: str, headers: Any, error: Any = None) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda data: None  # the old way to write, which nobody uses

    answer: Iterable[bytes] = application(environ(path, query, body), start_response)
    try:
        content = b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    assert statuses[0][:2] == "20", (url, statuses, content)
    return content


def environ(path: str, query: str, body: bytes | None) -> dict[str, Any]:
    sent = {} if body is None else {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json"}
    return {
        "REQUEST_METHOD": "GET" if body is None else "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_ACCEPT": "application/json",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body or b""),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **sent,
    }


def seconds_a_call(call: Callable[[], object]) -> float:
    """The mean over a batch, after one call that warms up."""
    call()
    count, begun = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - begun) < BATCH or not count:
        call()
        count += 1
    return elapsed / count


@contextmanager
def on_one_processor(*connections: Any) -> Iterator[None]:
    """Keep this process and those that serve its connections together, where the system allows it.

    They work in turn. On two processors each would sleep while the other works, and waking one can take longer than a
    short query: hardly ever in a loop of queries, but always with a framework's work between them.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    processors = os.sched_getaffinity(0)
    together = [0, *(connection.info.backend_pid for connection in connections)]
    try:
        for pid in together:
            os.sched_setaffinity(pid, {min(processors)})
        yield
    finally:
        for pid in together:
            os.sched_setaffinity(pid, processors)
