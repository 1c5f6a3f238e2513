"""Pages by keyset: a cursor names the last row seen, so pages stay right while rows arrive."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

import msgspec
from django.core.signing import BadSignature, Signer
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from .parameters import one_of
from .sql import Condition

PAGE_SIZE, MAX_PAGE_SIZE = 100, 1000
NEWEST_FIRST, OLDEST_FIRST = "-timestamp", "timestamp"
PARAMETERS = {"cursor", "page_size", "ordering", "count"}


class Rows(Protocol):
    """What is paged: rows as JSON objects, each with `timestamp` and an `id` that no other has."""

    resource: str  # whose cursors are no one else's

    def first(self, limit: int, *, ascending: bool, beyond: Condition | None = None) -> list[str]:
        """The first by (timestamp, id)."""

    def count(self) -> int: ...


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: beside the row of this key, on the older or the newer side; `turned`, with that row."""

    older: bool
    timestamp: datetime
    id: int | str
    with_row: bool = False

    @classmethod
    def beside(cls, line: str, *, older: bool) -> "Cursor":
        row = json.loads(line)
        return cls(older, datetime.fromisoformat(row["timestamp"]), row["id"])

    def turned(self) -> "Cursor":
        """The cursor of the page that ends here."""
        return Cursor(not self.older, self.timestamp, self.id, with_row=True)

    def signed(self, resource: str) -> str:
        key = [self.older, self.timestamp.isoformat(), self.id, *([True] if self.with_row else [])]
        return signer(resource).sign_object(key)

    @classmethod
    def parse(cls, text: str, resource: str) -> "Cursor":
        try:
            older, timestamp, id_, *with_row = signer(resource).unsign_object(text)
        except BadSignature:
            raise ValidationError({"cursor": ["Must be one that this service gave out."]}) from None
        return cls(older, datetime.fromisoformat(timestamp), id_, bool(with_row))

    def beyond(self) -> Condition:
        operator = f"{'<' if self.older else '>'}{'=' if self.with_row else ''}"
        return Condition(f"(timestamp, id) {operator} %s", (self.timestamp, self.id))


@cache
def signer(resource: str) -> Signer:
    return Signer(salt=f"{resource}.cursor")


class KeysetPagination(BasePagination):
    """What REST framework wants to know of pages, for its forms and for the schema; `page` makes them."""

    def get_results(self, data: Any) -> Any:
        return data["results"]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {
            "count": {"type": "integer", "minimum": 0, "description": "Of all pages; with count=true."},
            "next": link | {"description": "The address of the page that follows in the order asked for."},
            "previous": link | {"description": "The address of the page before."},
            "results": schema,
        }
        return {"type": "object", "properties": properties, "required": ["next", "previous", "results"]}


def page(rows: Rows, request: Request) -> dict[str, Any]:
    """`{"next", "previous", "results"}`, with "count" if it is asked for; `next` leads on in the order asked for."""
    size, ascending, with_count = page_size(request), oldest_first(request), counted(request)
    text = request.query_params.get("cursor")
    cursor = None if text is None else Cursor.parse(text, rows.resource)
    older = cursor.older if cursor else not ascending
    found = rows.first(size + 1, ascending=not older, beyond=cursor.beyond() if cursor else None)
    shown = found[:size]
    far = Cursor.beside(shown[-1], older=older) if len(found) > size else None
    near = Cursor.beside(shown[0], older=not older) if cursor and shown else None
    if cursor and not shown:  # they were deleted since; the way back is open all the same
        near = cursor.turned()
    onward = older is not ascending  # in the order that was asked for, not back
    after, before = (far, near) if onward else (near, far)
    return {
        **({"count": rows.count()} if with_count else {}),
        "next": link(request, after, rows.resource),
        "previous": link(request, before, rows.resource),
        "results": msgspec.Raw(f"[{','.join(shown if onward else reversed(shown))}]".encode()),
    }


def link(request: Request, cursor: Cursor | None, resource: str) -> str | None:
    if cursor is None:
        return None
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor.signed(resource))


def page_size(request: Request) -> int:
    text = request.query_params.get("page_size", str(PAGE_SIZE))
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 0 < int(text) <= MAX_PAGE_SIZE:
        raise ValidationError({"page_size": [f"Must be a whole number from 1 to {MAX_PAGE_SIZE}."]})
    return int(text)


def oldest_first(request: Request) -> bool:
    return one_of(request, "ordering", NEWEST_FIRST, OLDEST_FIRST) == OLDEST_FIRST


def counted(request: Request) -> bool:
    return one_of(request, "count", "false", "true") == "true"
