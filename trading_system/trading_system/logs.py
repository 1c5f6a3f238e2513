"""Logs by structlog, on stderr: a JSON object a line for programs, and lines for people on a terminal.

What libraries log goes the same way. Nothing that could be a secret is given to a logger: no header, no body, no query.
"""

import logging
import os
import sys
from typing import Any

import msgspec
import structlog
from structlog.typing import Processor

COMMON: list[Processor] = [
    structlog.contextvars.merge_contextvars,  # the request's id
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
]


def encode(line: Any, **options: Any) -> str:
    return msgspec.json.encode(line, enc_hook=str).decode()


def renderer(is_text: bool) -> list[Processor]:
    if is_text:
        # structlog 26.1 would colour what goes into a pipe as well, also with NO_COLOR.
        colors = bool(sys.stderr and sys.stderr.isatty()) and "NO_COLOR" not in os.environ
        return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(encode)]


def is_news(record: logging.LogRecord) -> bool:
    """An error that nobody foresaw, or a remark of the server. Of a request there is a line of our own."""
    if record.exc_info and record.name == "django.request":
        record.msg, record.args = "A request failed.", ()  # its path is not for the log
    return bool(record.exc_info or not record.args)


def without_request(record: logging.LogRecord) -> bool:
    """gunicorn repeats what it could not read, and that may be a header with a token."""
    if str(record.msg).startswith("Invalid request"):
        record.msg = "A request could not be read."
    return True


class Stderr:
    """Where structlog writes; looked up for each line, as tests replace it."""

    def msg(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")

    debug = info = warning = error = critical = msg


def configured(level: str, is_text: bool) -> dict[str, Any]:
    """Set up structlog for our own lines, and return what LOGGING is for those of libraries."""
    structlog.configure(
        processors=[*COMMON, *renderer(is_text)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *names: Stderr(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": COMMON,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer(is_text)],
    }
    to_root: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "news": {"()": "django.utils.log.CallbackFilter", "callback": is_news},
            "unread": {"()": "django.utils.log.CallbackFilter", "callback": without_request},
        },
        "formatters": {"lines": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {
            "django": {"level": "WARNING", **to_root},
            "django.request": {"filters": ["news"], **to_root},
            "django.server": {"level": "ERROR", "filters": ["news"], **to_root},
            "django.security.DisallowedHost": {
                "level": "CRITICAL"
            },  # strangers' mistakes; the request's line has the 400
            "gunicorn.error": {"level": "INFO", "filters": ["unread"], **to_root},
        },
    }
