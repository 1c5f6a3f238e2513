"""Names of other packages that are no documented interface, and that we override or read all the same.

Each stands here with the place that relies on it and what is relied on. Where one of them changes, its test fails and
says where to look. A private name that is not in the table fails a test as well.
"""

import ast
import inspect
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from .running import ROOT

SOURCES = ("trading_system", "websocket_simulator", "scripts")
DOCUMENTED = {"_meta", "_replace", "_asdict", "_fields"}  # of Django's models and of named tuples
WORKER, CONNECTION = "serving/worker.py", "serving/connection.py"


@dataclass(frozen=True)
class Name:
    """`path` is module:attributes. `parameters` is its signature, and `mentions` what its code has to refer to."""

    package: str
    tried: str  # the version with which our code was last compared
    path: str
    used_in: str
    relied_on: str
    parameters: str = ""
    mentions: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.path


GTHREAD = "gunicorn.workers.gthread:"


def gunicorn(path: str, used_in: str, relied_on: str, parameters: str = "", *mentions: str) -> Name:
    return Name("gunicorn", "27.0.1", path, used_in, relied_on, parameters, mentions)


def honcho(path: str, relied_on: str, parameters: str = "", *mentions: str) -> Name:
    return Name("honcho", "2.0.0", f"honcho.manager:Manager{path}", "scripts/run.py", relied_on, parameters, mentions)


def websockets(path: str, used_in: str, relied_on: str, parameters: str = "", *mentions: str) -> Name:
    return Name("websockets", "17.4", f"websockets.{path}", used_in, relied_on, parameters, mentions)


NAMES = [
    gunicorn(f"{GTHREAD}TConn.__init__", CONNECTION, "extended: sets cfg, sock and client", "(self, cfg, sock, client, server)",
             "cfg", "sock", "client", "data_ready", "is_http2", "initialized", "parser"),
    gunicorn(f"{GTHREAD}TConn.init", CONNECTION, "replaced: called by handle() in the thread", "(self)"),
    gunicorn(f"{GTHREAD}TConn.close", WORKER, "called: closes sock", "(self, graceful=False)", "close"),
    gunicorn(f"{GTHREAD}ThreadWorker.__init__", WORKER, "extended: nr_conns counts connections", "(self, *args, **kwargs)",
             "nr_conns", "worker_connections", "poller"),
    gunicorn(f"{GTHREAD}ThreadWorker.init_process", WORKER, "extended: makes the poller, then runs", "(self)", "poller", "tpool"),
    gunicorn(f"{GTHREAD}ThreadWorker.run", WORKER, "calls what we replace, and ends when nr_conns is 0", "(self)",
             "set_accept_enabled", "murder_keepalived", "nr_conns", "worker_connections", "alive"),
    gunicorn(f"{GTHREAD}ThreadWorker.wait_for_and_dispatch_events", WORKER, "calls what is registered with a file object",
             "(self, timeout)", "poller", "select", "data", "fileobj"),
    gunicorn(f"{GTHREAD}ThreadWorker.set_accept_enabled", WORKER, "extended: registers accept for each listener",
             "(self, enabled)", "accept", "poller", "sockets", "_accepting"),
    gunicorn(f"{GTHREAD}ThreadWorker.accept", WORKER, "replaced", "(self, listener)"),
    gunicorn(f"{GTHREAD}ThreadWorker.enqueue_req", WORKER, "called: handle() in a thread, then finish_request()",
             "(self, conn)", "tpool", "handle", "finish_request"),
    gunicorn(f"{GTHREAD}ThreadWorker.handle", WORKER, "runs in the thread: True keeps the connection", "(self, conn)",
             "data_ready", "initialized", "setblocking", "init", "is_http2", "parser", "handle_request"),
    gunicorn(f"{GTHREAD}ThreadWorker.handle_request", WORKER, "extended: OSError ends the connection", "(self, req, conn)",
             "sock", "client", "server", "wsgi"),
    gunicorn(f"{GTHREAD}ThreadWorker.finish_request", WORKER, "replaced", "(self, conn, fs)"),
    gunicorn(f"{GTHREAD}ThreadWorker.murder_keepalived", WORKER, "replaced", "(self, force=False)"),
    gunicorn("gunicorn.workers.base:Worker.load_wsgi", WORKER, "extended: sets wsgi", "(self)", "wsgi"),
    gunicorn("gunicorn.http.message:Request.should_close", WORKER, "must_close, which we set, decides first", "(self)", "must_close"),
    gunicorn("gunicorn.http:get_parser", CONNECTION, "called: reads requests from a socket",
             "(cfg, source, source_addr, http2_connection=False)", "RequestParser"),
    gunicorn("gunicorn.http.unreader:SocketUnreader.chunk", CONNECTION, "reads by recv() alone", "(self, size_hint=None)", "recv"),
    gunicorn("gunicorn.util:write", CONNECTION, "writes by sendall() alone", "(sock, data, chunked=False)", "sendall"),
    gunicorn("gunicorn.sock:ssl_context", WORKER, "called: what --certfile and --keyfile say", "(conf)", "certfile", "keyfile"),
    gunicorn("gunicorn.arbiter:Arbiter.WORKERS", "serving/management/commands/serve.py", "read: workers by PID"),
    honcho("._start", "extended: starts a process for each, named in _processes", "(self)", "_processes", "process", "start"),
    honcho("._all_started", "extended: asked in every turn of loop()", "(self)", "_processes", "pid"),
    honcho(".loop", "sets pid and returncode in _processes", "(self)", "_start", "_all_started", "_processes", "pid", "returncode"),
    Name("django", "5.2.19", "django.contrib.auth.middleware:get_user", "trading_system/request_log.py",
         "keeps the user as request._cached_user", "(request)", ("_cached_user",)),
    Name("django", "5.2.19", "django.core.management.commands.runserver:Command.handle", "serving/management/commands/runserver.py",
         "sets addr, then calls run(), which makes a server_cls", "(self, *args, **options)", ("addr", "run")),
    Name("django", "5.2.19", "django.core.management.commands.runserver:Command.inner_run",
         "serving/management/commands/runserver.py", "makes a server_cls", "(self, *args, **options)", ("server_cls",)),
    Name("drf-spectacular", "0.30.0", "drf_spectacular.openapi:AutoSchema._map_serializer_field", "rest/openapi/",
         "called: the schema of a field", "(self, field, direction, bypass_extensions=False)"),
    Name("django-csp", "4.0", "csp.middleware:CSPMiddleware.process_response", "trading_system/middleware.py", "extended",
         "(self, request: 'HttpRequest', response: 'HttpResponseBase') -> 'HttpResponseBase'"),
    Name("django-csp", "4.0", "csp.utils:build_policy", "trading_system/middleware.py", "called without arguments", "",
         ("settings",)),
    Name("django-rest-knox", "5.1.0", "knox.crypto:hash_token", "access/authentication.py", "called: digest of a token",
         "(token: str) -> str"),
    Name("django-rest-knox", "5.1.0", "knox.settings:CONSTANTS.TOKEN_KEY_LENGTH", "access/authentication.py", "read"),
    Name("prometheus-client", "0.26.0", "prometheus_client.values:MultiProcessValue", "rest/metrics.py",
         "called: values in files, named by what its argument returns", "", ("process_identifier",)),
    Name("prometheus-client", "0.26.0", "prometheus_client.metrics:Counter._metric_init", "rest/metrics.py",
         "looks values.ValueClass up, which we replace", "(self) -> None", ("ValueClass",)),
    websockets("asyncio.connection:Connection.data_received", "watch/stream.py", "extended", "(self, data: 'bytes') -> 'None'"),
    websockets("asyncio.connection:Connection.process_event", "watch/stream.py", "replaced for frames of data",
               "(self, event: 'Event') -> 'None'"),
    websockets("asyncio.connection:Connection.connection_made", "feed/admission.py", "extended: sets transport",
               "(self, transport: 'asyncio.BaseTransport') -> 'None'", "transport"),
    websockets("asyncio.connection:Connection.connection_lost", "feed/admission.py and watch/stream.py", "extended",
               "(self, exc: 'Exception | None') -> 'None'"),
    websockets("asyncio.connection:Connection.__init__", "watch/stream.py", "keeps what we read as protocol", "", "protocol"),
    websockets("protocol:Protocol.state", "feed/broadcast.py and watch/stream.py", "read: whether a connection is open or closed"),
    websockets("protocol:Protocol.close_exc", "watch/stream.py", "read: why a connection ended"),
    websockets("frames:Frame.serialize", "feed/broadcast.py", "called: the bytes of a frame", "", "opcode", "data", "fin"),
    websockets("uri:parse_uri", "watch/arguments.py", "called: InvalidURI names what is wrong", "(uri: 'str') -> 'WebSocketURI'"),
]  # fmt: skip


def found(path: str) -> Any:
    module, _, attributes = path.partition(":")
    value = import_module(module)
    for attribute in attributes.split("."):
        value = getattr(value, attribute)
    return value


def words(code: CodeType) -> Iterator[str]:
    """Every name and text that a function's code, and the functions in it, refer to."""
    yield from (*code.co_names, *code.co_varnames)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from words(constant)
        elif isinstance(constant, str):
            yield constant


def changes(name: Name) -> str:
    """What is not as we rely on; empty where all is."""
    try:
        value = found(name.path)
    except (ImportError, AttributeError):
        return "is gone"
    if name.parameters and (is_now := str(inspect.signature(value))) != name.parameters:
        return f"has the parameters {is_now} instead of {name.parameters}"
    missing = set(name.mentions) - set(words(value.__code__)) if name.mentions else set()
    return f"does not refer to {', '.join(sorted(missing))} any more" if missing else ""


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_it_is_as_we_rely_on(name: Name) -> None:
    change = changes(name)
    assert not change, (
        f"{name.path} of {name.package} {change}. {name.used_in} relies on it: {name.relied_on}. "
        f"Installed is {version(name.package)}, last compared was {name.tried}: read its changes, then {name.used_in}."
    )


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (gunicorn(f"{GTHREAD}ThreadWorker.gone", WORKER, "called"), "is gone"),
        (gunicorn(f"{GTHREAD}ThreadWorker.accept", WORKER, "replaced", "(self)"),
         "has the parameters (self, listener) instead of (self)"),
        (gunicorn(f"{GTHREAD}ThreadWorker.run", WORKER, "calls", "(self)", "murder_all"), "does not refer to murder_all any more"),
    ],
)  # fmt: skip
def test_a_change_is_seen(name: Name, change: str) -> None:
    assert changes(name) == change


@pytest.mark.parametrize("package", ["gunicorn", "honcho", "websockets"])
def test_what_we_override_was_compared_in_the_pinned_version(package: str) -> None:
    names = [name for name in NAMES if name.package == package]
    [tried] = {name.tried for name in names}
    assert f"{package}=={tried} " in (ROOT / "requirements.txt").read_text(), (
        f"our code was last compared with {package} {tried}: read what has changed in "
        f"{', '.join(map(str, names))}, then write the pinned version here"
    )


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in SOURCES:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "tests" not in file.parts:
                yield file, ast.parse(file.read_text())


def is_private(name: str) -> bool:
    return bool(re.fullmatch("_[a-z][a-z_]*", name)) and name not in DOCUMENTED


def own_names(module: ast.Module) -> set[str]:
    """Private names that a module of ours defines."""
    functions = {node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    stored = {
        node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    return functions | stored


def foreign_names(module: ast.Module, ours: set[str]) -> Iterator[str]:
    """Private names that it reads of others: attributes, and texts as getattr() and get() take them."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            if node.attr not in ours or ast.unparse(node.value) == "super()":
                yield node.attr
        elif isinstance(node, ast.Call) and re.search(
            r"(getattr|hasattr|setattr|\.get|\.pop)$", ast.unparse(node.func)
        ):
            texts = [word.value for word in node.args if isinstance(word, ast.Constant) and isinstance(word.value, str)]
            yield from filter(is_private, texts)


def test_the_table_has_every_private_name_that_we_use() -> None:
    modules = dict(sources())
    ours = set().union(*map(own_names, modules.values()))
    known = {word for name in NAMES for word in (*name.path.split(":")[1].split("."), *name.mentions)}
    used = {name: file for file, module in modules.items() for name in foreign_names(module, ours)}
    assert {"_start", "_all_started", "_processes", "_cached_user"} <= used.keys()
    unknown = {name: os.path.relpath(file, ROOT) for name, file in used.items() if name not in known}
    assert not unknown, f"private names of other packages: {unknown}; do without them, or add them to NAMES"
