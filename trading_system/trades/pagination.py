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
        cursor = Cursor.parse(text) if text else None
        trades = cursor.page(queryset) if cursor else queryset
        found = list(trades[: size + 1])
        page, more = found[:size], len(found) > size
        older, newer = (more, cursor is not None) if not cursor or cursor.older else (True, more)
        if cursor and not cursor.older:
            page.reverse()
        self.next = self.link(request, page[-1], older=True) if older and page else None
        self.previous = self.link(request, page[0], older=False) if newer and page else None
        return page

    def link(self, request: Request, trade: Trade, *, older: bool) -> str:
        cursor = Cursor(older, trade.timestamp, trade.pk)
        return replace_query_param(request.build_absolute_uri(), "cursor", str(cursor))

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "previous": self.previous, "results": data})


def page_size(request: Request) -> int:
    text = request.query_params.get("page_size") or str(PAGE_SIZE)
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 0 < int(text) <= MAX_PAGE_SIZE:
        raise ValidationError({"page_size": [f"Must be a whole number from 1 to {MAX_PAGE_SIZE}."]})
    return int(text)
