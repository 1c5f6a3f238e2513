"""Pages of trades by keyset: a cursor names the last trade seen, so pages stay right while trades arrive."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from .models import Trade

PAGE_SIZE, MAX_PAGE_SIZE = 100, 1000
KEY = ("timestamp", "id")
signer = Signer(salt="trades.cursor")


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after the trade of this key, on the older or the newer side of it."""

    older: bool
    timestamp: datetime
    id: int

    @classmethod
    def beside(cls, trade: Trade, *, older: bool) -> "Cursor":
        return cls(older, trade.timestamp, trade.pk)

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

    def page(self, trades: QuerySet[Trade]) -> QuerySet[Trade]:
        key, here = tuple(F(name) for name in KEY), (self.timestamp, self.id)
        if self.older:
            return trades.filter(TupleLessThan(key, here))
        return trades.filter(TupleGreaterThan(key, here)).order_by(*KEY)


class KeysetPagination(BasePagination):
    """Newest first, in the envelope `{"next", "previous", "results"}`; `next` leads to older trades."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        size, text = page_size(request), request.query_params.get("cursor")
        cursor = None if text is None else Cursor.parse(text)
        found = list((cursor.page(queryset) if cursor else queryset)[: size + 1])
        page, more = found[:size], len(found) > size
        if not cursor or cursor.older:
            older, newer = more, cursor is not None
        else:
            older, newer = True, more
            page.reverse()
        # A page is empty where its trades were deleted since; the way back is open all the same.
        back = None if page or not cursor else cursor.turned()
        self.next = self.link(request, back or Cursor.beside(page[-1], older=True)) if older else None
        self.previous = self.link(request, back or Cursor.beside(page[0], older=False)) if newer else None
        return page

    def link(self, request: Request, cursor: Cursor) -> str:
        return replace_query_param(request.build_absolute_uri(), "cursor", str(cursor))

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "previous": self.previous, "results": data})


def page_size(request: Request) -> int:
    text = request.query_params.get("page_size", str(PAGE_SIZE))
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 0 < int(text) <= MAX_PAGE_SIZE:
        raise ValidationError({"page_size": [f"Must be a whole number from 1 to {MAX_PAGE_SIZE}."]})
    return int(text)
