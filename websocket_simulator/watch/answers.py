"""What HTTP services answered: Apprise 2.3.0 tells neither a status nor a header, so they are read below it.

All its HTTP services use `requests`, by its functions, so there is no session to ask. Whoever sends sees the answers
that come in its own context, and no others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, NamedTuple

MAX_RETRY_AFTER = 3600.0  # seconds; a service that asks for more is asked earlier


class Answer(NamedTuple):
    """`retry_after` is the header as it came."""

    status: int
    retry_after: str | None = None


_answers: ContextVar[list[Answer] | None] = ContextVar("answers", default=None)


@contextmanager
def heard() -> Iterator[list[Answer]]:
    """A list that gets the answers which come until the end of the block, in their order."""
    _listen()
    answers: list[Answer] = []
    token = _answers.set(answers)
    try:
        yield answers
    finally:
        _answers.reset(token)


@cache
def _listen() -> None:
    from requests import PreparedRequest, Response
    from requests.adapters import HTTPAdapter

    build: Any = HTTPAdapter.build_response

    def build_response(self: HTTPAdapter, req: PreparedRequest, resp: Any) -> Response:
        response: Response = build(self, req, resp)
        if (answers := _answers.get()) is not None:
            answers.append(Answer(response.status_code, response.headers.get("Retry-After")))
        return response

    HTTPAdapter.build_response = build_response  # type: ignore[method-assign]
