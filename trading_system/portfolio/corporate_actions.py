"""Splits and renames over HTTP: /api/corporate-actions/."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from rest.etags import ETagMixin
from rest.filters import FilterForm, SelectionFilter, TickersFilter
from rest.views import CreateOnceMixin, StrictView

from .models import CorporateAction
from .serializers import CorporateActionSerializer


class CorporateActionFilter(filters.FilterSet):
    """The parameters of a list of actions."""

    ticker = TickersFilter(help_text="Actions of these tickers, and renames into them; separated by commas.")

    class Meta:
        form = FilterForm


class CorporateActionViewSet(StrictView, ETagMixin, CreateOnceMixin, ModelViewSet[CorporateAction]):
    """Splits and renames, in the order of their instants. Positions, candles and lots see through them."""

    queryset = CorporateAction.objects.all()
    serializer_class = CorporateActionSerializer
    filter_backends = (SelectionFilter,)
    filterset_class = CorporateActionFilter
    pagination_class = None  # MAX_ACTIONS bounds the list
    known_parameters = {"list": set(CorporateActionFilter.base_filters)}
    lookup_value_regex = "[1-9][0-9]{0,18}"

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response({"results": super().list(request).data})
