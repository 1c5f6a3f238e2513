"""Requests that are carried out once, however often they are sent (draft-ietf-httpapi-idempotency-key-header).

A client sends `Idempotency-Key`. What is answered is stored in the transaction that carries the request out, so that
neither is there without the other. Errors are not stored: a refused request may be corrected and sent again.
"""

import hashlib
import json
import re
from collections.abc import Callable

import msgspec
from django.db import connection, transaction
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from .models import KEY_FORM, KEY_LENGTH, IdempotencyKey

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("Location",)


class InFlight(APIException):
    """409 with Retry-After: the answer of the first request is not known yet."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = f"A request with this {HEADER} is in progress."
    wait = 1  # seconds, sent as Retry-After


class AnotherRequest(APIException):
    """422: query, content type or body differ from those of the first request."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = f"This {HEADER} was used for a different request."


def once(request: Request, carry_out: Callable[[], Response], digest: Callable[[], bytes]) -> Response:
    """Carry the request out, or repeat its answer. `digest` of the body is called when the body has been read."""
    key = given_key(request)
    if key is None:
        return carry_out()
    scope = scope_of(request)
    with transaction.atomic():
        lock(scope, key)
        stored = IdempotencyKey.objects.filter(scope=scope, key=key).first()
        if stored:
            return stored_answer(stored, fingerprint(request, digest()))
        response = carry_out()
        if status.is_success(response.status_code):
            store(scope, key, fingerprint(request, digest()), response)
    return response


def given_key(request: Request) -> str | None:
    """The request's key, or None; ValidationError if it is not of KEY_FORM."""
    key = request.headers.get(HEADER)
    if key is not None and not (len(key) <= KEY_LENGTH and re.match(KEY_FORM, key)):
        raise ValidationError({HEADER: [f"Must be 1 to {KEY_LENGTH} printable ASCII characters."]})
    return key


def scope_of(request: Request) -> str:
    """Whose key it is, and for what: the user, the method and the path."""
    return f"{request.user.pk if request.user else ''} {request.method} {request.path}"


def fingerprint(request: Request, digest: bytes) -> bytes:
    """A digest of the query, the content type and the body: another one means another request."""
    return hashlib.sha256(f"{request.META.get('QUERY_STRING')}\n{request.content_type}\n".encode() + digest).digest()


def lock(scope: str, key: str) -> None:
    """Until the end of the transaction. The lock's number is 64 bits of a digest: two keys hardly ever share one."""
    number = int.from_bytes(hashlib.sha256(f"{scope}\n{key}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise InFlight


def stored_answer(stored: IdempotencyKey, fingerprint: bytes) -> Response:
    """The stored answer; AnotherRequest if the fingerprint is not that of its request."""
    if bytes(stored.fingerprint) != fingerprint:
        raise AnotherRequest
    headers = {**stored.headers, "Idempotency-Replayed": "true"}
    return Response(json.loads(stored.body, parse_float=as_written), stored.status, headers=headers)


def as_written(number: str) -> msgspec.Raw:
    """A number that keeps its digits."""
    return msgspec.Raw(number.encode())


def store(scope: str, key: str, fingerprint: bytes, response: Response) -> None:
    """Keep an answer, and of its headers those in KEPT_HEADERS, for `stored_answer`."""
    IdempotencyKey.objects.create(
        scope=scope,
        key=key,
        fingerprint=fingerprint,
        status=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if name in response},
        body=msgspec.json.encode(response.data).decode(),
    )
