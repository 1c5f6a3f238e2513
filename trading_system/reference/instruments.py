"""What is known of tickers, over HTTP: /api/instruments/."""

import re
from typing import Any
from urllib.parse import quote

from django_filters import rest_framework as filters
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from rest.etags import ETagMixin
from rest.filters import FilterForm, SelectionFilter, TickersFilter
from rest.forms import MAX_TICKERS, ChoiceField
from rest.pagination import MAX_PAGE_SIZE, PAGE_SIZE, link, signer, unsign
from rest.parameters import whole_number
from rest.tickers import TICKER, normal_ticker
from rest.views import CreateOnceMixin, StrictView

from .instrument_manager import InstrumentQuerySet
from .instrument_serializer import InstrumentSerializer
from .kinds import NO_KIND, Kind
from .models import Instrument

CURSORS = "instruments"  # whose cursors are no one else's


class KindFilter(filters.Filter):
    """Instruments of one kind, given in any case."""

    field_class = ChoiceField


class InstrumentFilter(filters.FilterSet):
    """The parameters of a list of instruments."""

    ticker = TickersFilter(help_text=f"One ticker or several, separated by commas; at most {MAX_TICKERS}.")
    kind = KindFilter(choices=Kind.choices, error_messages={"invalid_choice": NO_KIND}, help_text="One kind.")

    class Meta:
        form = FilterForm


class TickerPagination(BasePagination):
    """Pages in the order of tickers: `{"next", "results"}`. A cursor is the last ticker of the page before."""

    def paginate_queryset(  # type: ignore[override]
        self, queryset: InstrumentQuerySet, request: Request, view: Any = None
    ) -> list[Instrument]:
        size = whole_number(request, "page_size", PAGE_SIZE, MAX_PAGE_SIZE)
        cursor = request.query_params.get("cursor")
        found = list(queryset.after("" if cursor is None else unsign(cursor, CURSORS))[: size + 1])
        following = signer(CURSORS).sign_object(found[size - 1].ticker) if len(found) > size else None
        self.next = link(request, "cursor", following)
        return found[:size]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        following = {"type": ["string", "null"], "format": "uri", "description": "The address of the next page."}
        properties = {"next": following, "results": schema}
        return {"type": "object", "properties": properties, "required": list(properties)}


class InstrumentViewSet(StrictView, ETagMixin, CreateOnceMixin, ModelViewSet[Instrument]):
    """What is known of tickers, in their order. None is needed to book a trade."""

    queryset = Instrument.objects.all()
    serializer_class = InstrumentSerializer
    filter_backends = (SelectionFilter,)
    filterset_class = InstrumentFilter
    pagination_class = TickerPagination
    known_parameters = {"list": {*InstrumentFilter.base_filters, "cursor", "page_size"}}
    lookup_field = "ticker"
    lookup_value_regex = ".+"  # as a ticker may have slashes, which Django decodes before it reads the path

    def get_object(self) -> Any:
        """The instrument of the address, whose ticker may be in any case."""
        ticker = normal_ticker(self.kwargs["ticker"])
        if not re.fullmatch(TICKER, ticker):  # not to be asked for: PostgreSQL takes no NUL
            raise NotFound("This is not a ticker.")
        self.kwargs["ticker"] = ticker
        return super().get_object()

    def get_success_headers(self, data: Any) -> dict[str, str]:
        address = f"{self.request.path}{quote(data['ticker'], safe='')}/"
        return {"Location": self.request.build_absolute_uri(address)}
