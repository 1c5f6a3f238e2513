"""Names of other packages that are no documented interface, and that we override, call or read all the same.

Each stands here with the place that relies on it and what is relied on; test_private_names.py holds it to them.
"""

from dataclasses import dataclass

WORKER, CONNECTION, SOCKETS = "serving/worker.py", "serving/connection.py", "serving/sockets.py"


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
RUNSERVER = "django.core.management.commands.runserver:Command"


def django(path: str, used_in: str, relied_on: str, parameters: str = "", *mentions: str) -> Name:
    return Name("django", "5.2.19", path, used_in, relied_on, parameters, mentions)


def rest_framework(path: str, used_in: str, relied_on: str, parameters: str, *mentions: str) -> Name:
    return Name("djangorestframework", "3.18.3", f"rest_framework.{path}", used_in, relied_on, parameters, mentions)


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
    gunicorn(f"{GTHREAD}ThreadWorker.__init__", WORKER, "nr_conns counts connections", "(self, *args, **kwargs)",
             "nr_conns", "worker_connections", "poller"),
    gunicorn(f"{GTHREAD}ThreadWorker.init_process", WORKER, "extended: makes the poller, then runs", "(self)", "poller", "tpool"),
    gunicorn(f"{GTHREAD}ThreadWorker.run", WORKER, "extended: calls what we replace, and ends when nr_conns is 0", "(self)",
             "set_accept_enabled", "murder_keepalived", "nr_conns", "worker_connections", "alive"),
    gunicorn(f"{GTHREAD}ThreadWorker.wait_for_and_dispatch_events", WORKER, "extended: calls what is registered with a file object",
             "(self, timeout)", "poller", "select", "data", "fileobj"),
    gunicorn(f"{GTHREAD}ThreadWorker.set_accept_enabled", WORKER, "extended: registers accept for each listener",
             "(self, enabled)", "accept", "poller", "sockets", "_accepting"),
    gunicorn(f"{GTHREAD}ThreadWorker.accept", WORKER, "replaced", "(self, listener)"),
    gunicorn(f"{GTHREAD}ThreadWorker.enqueue_req", WORKER, "replaced: handle() in a thread, then finish_request()",
             "(self, conn)", "tpool", "handle", "finish_request"),
    gunicorn(f"{GTHREAD}ThreadWorker.handle", WORKER, "runs in the thread: True keeps the connection", "(self, conn)",
             "data_ready", "initialized", "setblocking", "init", "is_http2", "parser", "handle_request"),
    gunicorn(f"{GTHREAD}ThreadWorker.handle_request", WORKER, "extended: OSError ends the connection", "(self, req, conn)",
             "sock", "client", "server", "wsgi"),
    gunicorn(f"{GTHREAD}ThreadWorker.finish_request", WORKER, "replaced", "(self, conn, fs)"),
    gunicorn(f"{GTHREAD}ThreadWorker.murder_keepalived", WORKER, "replaced", "(self, force=False)"),
    gunicorn("gunicorn.workers.base:Worker.init_signals", WORKER, "extended: from here on it is told to end by signals", "(self)",
             "SIGTERM", "SIGINT", "SIGQUIT"),
    gunicorn("gunicorn.http.message:Request.should_close", WORKER, "must_close, which we set, decides first", "(self)", "must_close"),
    gunicorn("gunicorn.http:get_parser", CONNECTION, "called: reads requests from a socket",
             "(cfg, source, source_addr, http2_connection=False)", "RequestParser"),
    gunicorn("gunicorn.http.unreader:SocketUnreader.chunk", SOCKETS, "reads by recv() alone", "(self, size_hint=None)", "recv"),
    gunicorn("gunicorn.util:write", SOCKETS, "writes by sendall() alone", "(sock, data, chunked=False)", "sendall"),
    gunicorn("gunicorn.sock:ssl_context", WORKER, "called: what --certfile and --keyfile say", "(conf)", "certfile", "keyfile"),
    gunicorn("gunicorn.arbiter:Arbiter.WORKERS", "serving/management/commands/serve.py", "read: workers by PID"),
    honcho("._start", "extended: starts a process for each, named in _processes", "(self)", "_processes", "process", "start"),
    honcho("._all_started", "extended: asked in every turn of loop()", "(self)", "_processes", "pid"),
    honcho(".loop", "sets pid and returncode in _processes", "(self)", "_start", "_all_started", "_processes", "pid", "returncode"),
    django("django.contrib.auth.middleware:get_user", "trading_system/request_log.py", "keeps the user as request._cached_user",
           "(request)", "_cached_user"),
    django(f"{RUNSERVER}.handle", "serving/management/commands/runserver.py",
           "sets addr, then calls run(), which makes a server_cls", "(self, *args, **options)", "addr", "run"),
    django(f"{RUNSERVER}.inner_run", "serving/management/commands/runserver.py", "makes a server_cls", "(self, *args, **options)",
           "server_cls"),
    django("django.db.backends.base.base:BaseDatabaseWrapper.connect", "embedded_postgres/base.py",
           "calls get_new_connection, which we extend", "(self)", "get_new_connection"),
    django("django.db.utils:DatabaseErrorWrapper.__exit__", "trades/bulk.py",
           "called: connection.wrap_database_errors makes Django's errors of psycopg2's", "(self, exc_type, exc_value, traceback)"),
    django("django.db.backends.base.base:BaseDatabaseWrapper.wrap_database_errors", "trades/bulk.py", "called"),
    rest_framework("fields:DecimalField.to_internal_value", "rest/serializers.py", "calls quantize, which we replace",
                   "(self, data)", "quantize"),
    rest_framework("serializers:Serializer._read_only_defaults", "rest/serializers.py", "reads fields, which we replace",
                   "(self)", "fields"),
    rest_framework("request:Request.__init__", "trades/parsers.py", "sets negotiator, which we read",
                   "(self, request, parsers=None, authenticators=None, negotiator=None, parser_context=None)", "negotiator"),
    Name("django-filter", "26.2", "django_filters.filterset:FilterSetOptions.__init__", "rest/filters.py",
         "sets form, which we read of _meta", "(self, options=None)", ("form",)),
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
    websockets("asyncio.connection:Connection.data_received", "stream.py", "extended", "(self, data: 'bytes') -> 'None'"),
    websockets("asyncio.connection:Connection.process_event", "stream.py", "replaced for frames of data",
               "(self, event: 'Event') -> 'None'"),
    websockets("asyncio.connection:Connection.connection_made", "feed/admission.py", "extended: sets transport",
               "(self, transport: 'asyncio.BaseTransport') -> 'None'", "transport"),
    websockets("asyncio.connection:Connection.connection_lost", "feed/admission.py and stream.py", "extended",
               "(self, exc: 'Exception | None') -> 'None'"),
    websockets("asyncio.connection:Connection.__init__", "stream.py", "keeps what we read as protocol", "", "protocol"),
    websockets("protocol:Protocol.state", "feed/broadcast.py and stream.py", "read: whether a connection is open or closed"),
    websockets("asyncio.connection:Connection.eof_received", "stream.py", "extended", "(self) -> 'None'"),
    websockets("protocol:Protocol.__init__", "stream.py", "sets max_message_size, and current_size to None between two messages",
               "", "max_message_size", "current_size"),
    websockets("protocol:Protocol.parse", "stream.py", "reads a whole frame and waits for the next one", "", "max_message_size",
               "current_size"),
    websockets("protocol:Protocol.recv_frame", "stream.py", "sets current_size", "(self, frame: 'Frame') -> 'None'", "current_size"),
    websockets("frames:Frame.parse", "stream.py", "waits for nothing behind a frame", "", "read_exact"),
    websockets("client:ClientProtocol.parse", "stream.py", "reads the answer to the handshake, which ends with a line",
               "(self) -> 'Generator[None]'", "read_line", "state"),
    websockets("protocol:Protocol.close_exc", "stream.py", "read: why a connection ended"),
    websockets("frames:Frame.serialize", "feed/broadcast.py", "called: the bytes of a frame", "", "opcode", "data", "fin"),
    websockets("uri:parse_uri", "watch/arguments.py", "called: InvalidURI names what is wrong", "(uri: 'str') -> 'WebSocketURI'"),
]  # fmt: skip
