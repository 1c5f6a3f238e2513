"""Logs by structlog, on stderr: one JSON object per line for programs, or text for people on a terminal.

Lines of libraries have the same form. No header, body or query string is ever logged, as any could hold a secret.
"""

import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from structlog.typing import Processor

COMMON: list[Processor] = [
    structlog.contextvars.merge_contextvars,  # the request's id
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
]


def as_line(event: Any, default: Callable[[Any], Any]) -> str:
    """JSON by a compiled encoder: a line is written for each request."""
    return msgspec.json.encode(event, enc_hook=default).decode()


def renderers(is_text: bool) -> list[Processor]:
    """What makes a line of an event: text, in colour on a terminal, or a JSON object."""
    if is_text:
        # structlog 26.1 would colour what goes into a pipe as well, also with NO_COLOR.
        colors = bool(sys.stderr and sys.stderr.isatty()) and "NO_COLOR" not in os.environ
        return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)]
    as_json = structlog.processors.JSONRenderer(as_line, default=str)
    return [structlog.processors.format_exc_info, as_json]


def is_news(record: logging.LogRecord) -> bool:
    """Whether to keep a line of Django's: an uncaught error, or a remark of the server. Requests have our own line."""
    if record.exc_info and record.name == "django.request":
        record.msg, record.args = "A request failed.", ()  # its path is not for the log
    return bool(record.exc_info or not record.args)


def without_request(record: logging.LogRecord) -> bool:
    """Replace gunicorn's "Invalid request" lines: they quote what it could not read, which may be a token."""
    if str(record.msg).startswith("Invalid request"):
        record.msg = "A request could not be read."
    return True


class Stderr:
    """Writes structlog's lines. sys.stderr is looked up for each line, as tests replace it."""

    def msg(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")

    debug = info = warning = error = critical = msg


def configured(level: str, is_text: bool) -> dict[str, Any]:
    """Configure structlog for our own lines; return Django's LOGGING, which is for those of libraries."""
    structlog.configure(
        processors=[*COMMON, *renderers(is_text)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *names: Stderr(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": COMMON,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers(is_text)],
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
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # the request's own line has the 400
            "gunicorn.error": {"level": "INFO", "filters": ["unread"], **to_root},
        },
    }
