"""Pages by keyset: a cursor names the last row seen, so pages stay right while rows arrive."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from django.core.signing import BadSignature, Signer
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from .parameters import one_of, whole_number
from .selection import Selection

PAGE_SIZE, MAX_PAGE_SIZE = 100, 1000
NEWEST_FIRST, OLDEST_FIRST = "-timestamp", "timestamp"
NO_CURSOR = "Must be a cursor of an answer, from next or previous."
COUNTS = ("false", "true", "estimate")
PARAMETERS = {"cursor", "page_size", "ordering", "count"}


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: on the older or the newer side of the row with this key, or at that row itself."""

    older: bool
    timestamp: datetime
    id: int | str
    with_row: bool = False

    @classmethod
    def beside(cls, line: str, moment: str, *, older: bool) -> "Cursor":
        """The cursor of a page that begins next to a row: the text of a JSON object whose member `moment` sorts it."""
        row = json.loads(line)
        return cls(older, datetime.fromisoformat(row[moment]), row["id"])

    @classmethod
    def parse(cls, text: str, resource: str) -> "Cursor":
        """Read what `signed` wrote for this resource; ValidationError if it did not."""
        older, timestamp, id_, *with_row = unsign(text, resource)
        return cls(older, datetime.fromisoformat(timestamp), id_, bool(with_row))

    def turned(self) -> "Cursor":
        """The cursor of the page that ends here."""
        return Cursor(not self.older, self.timestamp, self.id, with_row=True)

    def signed(self, resource: str) -> str:
        """The text of the query parameter `cursor`, signed so that only this resource takes it."""
        row = [self.timestamp.isoformat(), self.id]
        return signer(resource).sign_object([self.older, *row, *([True] if self.with_row else [])])

    def narrow(self, selection: Selection) -> Selection:
        """The rows from here on, the nearest first."""
        operator = f"{'<' if self.older else '>'}{'=' if self.with_row else ''}"
        beyond = selection.where(f"(timestamp, id) {operator} (%s, %s)", self.timestamp, self.id)
        return beyond.newest_first() if self.older else beyond.oldest_first()


@cache
def signer(use: str) -> Signer:
    """Signs cursors for one use: those of another are refused."""
    return Signer(salt=f"{use}.cursor")


def unsign(text: str, use: str, parameter: str = "cursor") -> Any:
    """What was signed for this use; ValidationError of the parameter if nothing was."""
    try:
        return signer(use).unsign_object(text)
    except BadSignature:
        raise ValidationError({parameter: [NO_CURSOR]}) from None


def link(request: Request, parameter: str, value: str | None) -> str | None:
    """The address of the request with this parameter; none without a value."""
    return None if value is None else replace_query_param(request.build_absolute_uri(), parameter, value)


class KeysetPagination(BasePagination):
    """Pages of selections: `{"next", "previous", "results"}`, with "count" or "estimate" if it is asked for.

    `next` leads on in the order that was asked for. A page is a list of JSON texts.
    """

    def paginate_queryset(self, queryset: Selection, request: Request, view: Any = None) -> list[str]:  # type: ignore[override]
        self.request, self.use, self.moment = request, queryset.table.resource, queryset.table.moment
        size = whole_number(request, "page_size", PAGE_SIZE, MAX_PAGE_SIZE)
        ascending = one_of(request, "ordering", (NEWEST_FIRST, OLDEST_FIRST)) == OLDEST_FIRST
        counts = one_of(request, "count", COUNTS)
        text = request.query_params.get("cursor")
        cursor = None if text is None else Cursor.parse(text, self.use)
        ordered = queryset.oldest_first() if ascending else queryset.newest_first()
        found = (cursor.narrow(ordered) if cursor else ordered).head(size + 1)
        self.counted = {"true": {"count": queryset.count}, "estimate": {"estimate": queryset.estimate}}.get(counts, {})
        return self.arrange(found[:size], cursor, ascending=ascending, has_more=len(found) > size)

    def arrange(self, shown: list[str], cursor: Cursor | None, *, ascending: bool, has_more: bool) -> list[str]:
        """Find the cursors on both sides, and put the rows into the order that was asked for."""
        older = cursor.older if cursor else not ascending
        far = Cursor.beside(shown[-1], self.moment, older=older) if has_more else None
        near = Cursor.beside(shown[0], self.moment, older=not older) if cursor and shown else None
        if cursor and not shown:  # they were deleted since; the way back is open all the same
            near = cursor.turned()
        onward = older is not ascending  # not back
        self.after, self.before = (far, near) if onward else (near, far)
        return shown if onward else shown[::-1]

    def get_paginated_response(self, data: list[str]) -> Response:
        page = {
            "next": self.link_to(self.after),
            "previous": self.link_to(self.before),
            "results": msgspec.Raw(f"[{','.join(data)}]".encode()),
        }
        return Response({**{name: ask() for name, ask in self.counted.items()}, **page})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {
            "count": {"type": "integer", "minimum": 0, "description": "Rows of all pages; only with count=true."},
            "estimate": {"type": "integer", "minimum": 0, "description": "About how many; only with count=estimate."},
            "next": link | {"description": "The address of the next page in this order."},
            "previous": link | {"description": "The address of the previous page."},
            "results": schema,
        }
        return {"type": "object", "properties": properties, "required": ["next", "previous", "results"]}

    def link_to(self, cursor: Cursor | None) -> str | None:
        """The address of the page at a cursor; None without one."""
        return link(self.request, "cursor", cursor.signed(self.use) if cursor else None)
