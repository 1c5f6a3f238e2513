"""What the watch reported, over HTTP: /api/alerts/."""

from typing import Any

from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from rest import pagination
from rest.metrics import ALERTS, count
from rest.parsers import ExactJSONParser
from rest.views import CreateOnceMixin, SelectionMixin, StrictView

from .filters import AlertFilter
from .models import Alert
from .serializers import AlertSerializer, WithdrawalSerializer

PARAMETERS = {"list": set(AlertFilter.base_filters) | pagination.PARAMETERS}


class AlertViewSet(StrictView, CreateOnceMixin, SelectionMixin, RetrieveModelMixin, GenericViewSet[Alert]):
    """What the watch reported, newest first. Filter by ticker, kind, rule, and by start_date and end_date, included."""

    queryset = Alert.objects.all()
    serializer_class = AlertSerializer
    filterset_class = AlertFilter
    known_parameters = PARAMETERS
    parser_classes = (ExactJSONParser,)  # a form has no numbers and truth values
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> Any:
        """A watch, which may not read trades, is not told what was held."""
        return Alert.objects.selection() if self.action == "withdraw" else super().get_queryset()

    def get_object(self) -> Any:
        """The alert as JSON."""
        pk = self.kwargs["pk"]
        selection: Any = self.filter_queryset(self.get_queryset())
        found = [] if "\0" in pk else selection.where("id = %s", pk).head(1)
        if not found:
            raise NotFound("There is no such alert.")
        self.check_object_permissions(self.request, found[0])
        return found[0]

    def perform_create(self, serializer: Any) -> None:
        super().perform_create(serializer)
        if serializer.is_new:
            count(ALERTS.labels(serializer.validated_data["kind"]))

    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Somebody has seen it: `acknowledged_at` and `acknowledged_by` say who, first, and when."""
        self.get_object()
        Alert.objects.acknowledge(pk, request.user)
        return self.retrieve(request)

    @acknowledge.mapping.delete
    def reopen(self, request: Request, pk: str) -> Response:
        """As if nobody had acknowledged it."""
        self.get_object()
        Alert.objects.reopen(pk)
        return self.retrieve(request)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """The venue took back the trade: `withdrawn_at` and `withdrawn_reason` say when and why. The first stays."""
        self.get_object()
        given = WithdrawalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        Alert.objects.withdraw(pk, given.validated_data["reason"])
        return self.retrieve(request)
