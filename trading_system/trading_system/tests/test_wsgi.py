"""The service as a WSGI server calls it."""

from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from trading_system.wsgi import application


@pytest.mark.parametrize("content_type", ["application/json; charset*=bogus''x", "text/csv; x*=bogus''x", "", "a/b"])
def test_a_content_type_that_cannot_be_read_is_answered_with_415(
    monkeypatch: pytest.MonkeyPatch, content_type: str
) -> None:
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)  # other tests' connection
    environ = RequestFactory().post("/api/trades/", b"{}", content_type="text/plain").environ | {
        "CONTENT_TYPE": content_type
    }
    answers: list[Any] = []
    body = b"".join(application(environ, lambda status, headers: answers.append(status)))
    assert (answers, body[:11]) == (["415 Unsupported Media Type"], b'{"detail":"')
