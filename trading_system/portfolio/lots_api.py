"""Lots over HTTP: /api/lots/."""

from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from rest import instants
from rest.downloads import DownloadMixin, FileRenderer
from rest.filters import MomentFilter, given_values
from rest.pagination import MAX_PAGE_SIZE, PAGE_SIZE, link, signer, unsign
from rest.parameters import one_of, whole_number
from rest.selection import Selection
from trades.as_of import booked_since

from .api import FromTrades, PositionFilter
from .in_turn import GROUPS, key_of
from .lot_list import CLOSED, STATES, Asked, Place, lots_in_order
from .lots import METHODS
from .renderers import CSVLotRenderer, NDJSONLotRenderer

DISPOSED = ("disposed_from", "disposed_to")
PAGED = ("cursor", "page_size")


class DisposedFromFilter(MomentFilter):
    """Chooses lots. It narrows no trades: what was disposed of had been acquired before."""

    def filter(self, selection: Selection, value: Any) -> Selection:
        return selection


class LotFilter(PositionFilter):
    """The parameters of lots."""

    disposed_from = DisposedFromFilter(
        last=False, help_text="Closed lots from this date, or date and time, of their disposal on."
    )
    disposed_to = MomentFilter(  # trades after it have closed none of these lots
        field_name="timestamp",
        lookup_expr="lte",
        last=True,
        help_text="Closed lots up to this date, or date and time, of their disposal, included.",
    )


class LotViewSet(DownloadMixin, FromTrades):
    """Lot by lot: what is held with what it cost, or what was disposed of with what was earned."""

    filterset_class = LotFilter
    renderer_classes = (*FromTrades.renderer_classes, CSVLotRenderer, NDJSONLotRenderer)
    known_parameters = {"list": {*LotFilter.base_filters, "state", "method", "group", "format", *PAGED}}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        selection: Any = self.filter_queryset(self.get_queryset())
        asked = asked_by(request)
        if isinstance(request.accepted_renderer, FileRenderer):
            refuse(request, PAGED, "A file has no pages: leave it out.")
            rows = (lot for _, lot in lots_in_order(selection, asked))
            return self.download("lots", (asked.fields, rows))
        answer = {"state": asked.state, "method": asked.method, **page_of(request, selection, asked)}
        return Response(answer if answer["results"] else answer | booked_since(selection))


def asked_by(request: Request) -> Asked:
    """What the request asks for; ValidationError names what is wrong with a parameter."""
    state, method = one_of(request, "state", STATES), one_of(request, "method", tuple(METHODS))
    if state != CLOSED:
        refuse(request, DISPOSED, f"Needs state={CLOSED}: only closed lots were disposed of.")
    given, group = given_values(LotFilter, request.query_params), one_of(request, "group", GROUPS)
    return Asked(state, method, group, given.get("tz", UTC), given.get("disposed_from", instants.BEGIN))


def refuse(request: Request, names: tuple[str, ...], why: str) -> None:
    """ValidationError if the request has one of these parameters; an empty one is as good as none."""
    if found := [name for name in names if request.query_params.get(name)]:
        raise ValidationError({name: [why] for name in found})


def page_of(request: Request, selection: Selection, asked: Asked) -> dict[str, Any]:
    """`{"next", "results"}`, from the cursor on."""
    size = whole_number(request, "page_size", PAGE_SIZE, MAX_PAGE_SIZE)
    use = ".".join(("lots", asked.state, *key_of(asked.group)))  # which decide what a place is
    text = request.query_params.get("cursor")
    with closing(lots_in_order(selection, asked, None if text is None else place_in(text, use))) as lots:
        found = list(islice(lots, size + 1))
    cursor = signed(found[size - 1][0], use) if len(found) > size else None
    return {"next": link(request, "cursor", cursor), "results": [lot for _, lot in found[:size]]}


def signed(place: Place, use: str) -> str:
    """The text of the query parameter `cursor`."""
    return signer(use).sign_object([place.key, place.timestamp.isoformat(), place.trade, place.number])


def place_in(cursor: str, use: str) -> Place:
    """What `signed` wrote; ValidationError if it did not."""
    key, timestamp, trade, number = unsign(cursor, use)
    return Place(tuple(key), datetime.fromisoformat(timestamp), trade, number)
