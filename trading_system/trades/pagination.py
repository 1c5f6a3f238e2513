"""Pages of trades by keyset: a cursor names the last trade seen, so pages stay right while trades arrive."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.core.signing import BadSignature, Signer
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from .parameters import one_of
from .selection import JSON_LINE, Condition, Selection

PAGE_SIZE, MAX_PAGE_SIZE = 100, 1000
NEWEST_FIRST, OLDEST_FIRST = "-timestamp", "timestamp"
PARAMETERS = {"cursor", "page_size", "ordering", "count"}
signer = Signer(salt="trades.cursor")


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after the trade of this key, on the older or the newer side of it."""

    older: bool
    timestamp: datetime
    id: int

    @classmethod
    def beside(cls, line: str, *, older: bool) -> "Cursor":
        trade = json.loads(line)
        return cls(older, datetime.fromisoformat(trade["timestamp"]), trade["id"])

    def turned(self) -> "Cursor":
        """The cursor of the page that ends here, with the trade of this key."""
        return Cursor(not self.older, self.timestamp, self.id + (-1 if self.older else 1))

    def __str__(self) -> str:
        return signer.sign_object([self.older, self.timestamp.isoformat(), self.id])

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        try:
            older, timestamp, id_ = signer.unsign_object(text)
        except BadSignature:
            raise ValidationError({"cursor": ["Must be one that this service gave out."]}) from None
        return cls(older, datetime.fromisoformat(timestamp), id_)

    def beyond(self) -> Condition:
        return Condition(f"(timestamp, id) {'<' if self.older else '>'} %s", (self.timestamp, self.id))


class KeysetPagination(BasePagination):
    """What REST framework wants to know of pages, for its forms and for the schema; `page` makes them."""

    def get_results(self, data: Any) -> Any:
        return data["results"]


def page(selection: Selection, request: Request) -> dict[str, Any]:
    """`{"next", "previous", "results"}`, with "count" if it is asked for; `next` leads on in the order asked for."""
    size, ascending, with_count = page_size(request), oldest_first(request), counted(request)
    text = request.query_params.get("cursor")
    cursor = None if text is None else Cursor.parse(text)
    older = cursor.older if cursor else not ascending
    found = selection.first(size + 1, JSON_LINE, ascending=not older, beyond=cursor.beyond() if cursor else None)
    trades = found[:size]
    far = Cursor.beside(trades[-1], older=older) if len(found) > size else None
    near = Cursor.beside(trades[0], older=not older) if cursor and trades else None
    if cursor and not trades:  # they were deleted since; the way back is open all the same
        near = cursor.turned()
    onward = older is not ascending  # in the order that was asked for, not back
    after, before = (far, near) if onward else (near, far)
    return {
        **({"count": selection.count()} if with_count else {}),
        "next": link(request, after),
        "previous": link(request, before),
        "results": msgspec.Raw(f"[{','.join(trades if onward else reversed(trades))}]".encode()),
    }


def link(request: Request, cursor: Cursor | None) -> str | None:
    return replace_query_param(request.build_absolute_uri(), "cursor", str(cursor)) if cursor else None


def page_size(request: Request) -> int:
    text = request.query_params.get("page_size", str(PAGE_SIZE))
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 0 < int(text) <= MAX_PAGE_SIZE:
        raise ValidationError({"page_size": [f"Must be a whole number from 1 to {MAX_PAGE_SIZE}."]})
    return int(text)


def oldest_first(request: Request) -> bool:
    return one_of(request, "ordering", NEWEST_FIRST, OLDEST_FIRST) == OLDEST_FIRST


def counted(request: Request) -> bool:
    return one_of(request, "count", "false", "true") == "true"
