"""What the watch reported, over HTTP: /api/alerts/."""

from typing import Any

import msgspec
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from rest import bodies, pagination
from rest.metrics import ALERTS, count
from rest.parsers import ExactJSONParser
from rest.sql import Condition
from rest.views import StrictView, validated

from .filters import AlertFilter, chosen
from .keeping import keep
from .models import Alert
from .rows import Alerts
from .serializers import AlertSerializer, shared

PARAMETERS = {"list": set(AlertFilter.base_filters) | pagination.PARAMETERS}


class AlertViewSet(StrictView, GenericViewSet[Alert]):
    """What the watch reported, newest first. Filter by ticker, kind, and by start_date and end_date, both included."""

    queryset = Alert.objects.all()
    serializer_class = AlertSerializer
    filter_backends = (DjangoFilterBackend,)
    filterset_class = AlertFilter
    pagination_class = pagination.KeysetPagination
    known_parameters = PARAMETERS
    parser_classes = (ExactJSONParser,)  # a form has no numbers and truth values
    lookup_value_regex = "[^/]+"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        bodies.read_whole(request)

    def list(self, request: Request) -> Response:
        return Response(pagination.page(chosen(request.query_params), request))

    def retrieve(self, request: Request, pk: str) -> Response:
        found = [] if "\0" in pk else Alerts((Condition("id = %s", pk),)).first(1, ascending=True)
        if not found:
            raise NotFound("There is no such alert.")
        return Response(members(found[0]))

    def create(self, request: Request) -> Response:
        alert, is_new = keep(validated(self, shared()))
        if not is_new:
            return Response(members(alert))
        data = members(alert)
        count(ALERTS.labels(msgspec.json.decode(data["kind"])))
        address = request.build_absolute_uri(f"{request.path}{msgspec.json.decode(data['id'])}/")
        return Response(data, status.HTTP_201_CREATED, headers={"Location": address})


def members(line: str) -> dict[str, msgspec.Raw]:
    """An object that PostgreSQL wrote, whose values are sent as they are."""
    return msgspec.json.decode(line, type=dict[str, msgspec.Raw])
