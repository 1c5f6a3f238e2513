"""Who is told what becomes of trades and alerts, over HTTP: /api/webhooks/.

Everybody sees their own webhooks alone: what is delivered is what their owner sees of the ledger.
"""

from typing import Any

import msgspec
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from rest import pagination
from rest.etags import ETagMixin
from rest.pagination import KeysetPagination
from rest.parsers import ExactJSONParser
from rest.views import CreateOnceMixin, StrictView

from . import metrics as metrics  # with the addresses, and not with the app: `serve` says first where its workers count
from .models import Webhook, WebhookDelivery
from .serializers import WebhookSerializer

DELIVERY = "(?P<delivery>[1-9][0-9]{0,18})"


class WebhookViewSet(StrictView, ETagMixin, CreateOnceMixin, ModelViewSet[Webhook]):
    """Your webhooks, in the order in which they were added."""

    queryset = Webhook.objects.all()
    serializer_class = WebhookSerializer
    filter_backends = ()
    pagination_class: Any = None  # MAX_WEBHOOKS bounds the list
    parser_classes = (ExactJSONParser,)  # a form has no lists
    lookup_value_regex = "[1-9][0-9]{0,8}"
    known_parameters = {"deliveries": pagination.PARAMETERS}

    def get_queryset(self) -> Any:
        hooks: Any = super().get_queryset()
        return hooks.of(self.request.user)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response({"results": super().list(request).data})

    @action(detail=True, methods=["post"], url_path="rotate-secret")
    @transaction.atomic
    def rotate_secret(self, request: Request, pk: str) -> Response:
        """A new secret. Messages are signed with the one before, too, for a day."""
        hook = self.changed(pk)
        hook.rotate_secret(timezone.now())
        return Response(self.get_serializer(hook).data | {"secret": hook.secret})

    @action(detail=True, methods=["post"])
    @transaction.atomic
    def ping(self, request: Request, pk: str) -> Response:
        """Send a message that says nothing, behind those that wait."""
        delivery = WebhookDelivery.objects.ping(self.changed(pk), timezone.now())
        return self.told(pk, delivery.pk, status.HTTP_201_CREATED)

    @action(detail=True, pagination_class=KeysetPagination)
    def deliveries(self, request: Request, pk: str) -> Response:
        """What was sent to it or waits, newest first."""
        selection: Any = WebhookDelivery.objects.of(self.get_object())
        page: Any = self.paginate_queryset(selection)
        return self.get_paginated_response(page)

    @action(detail=True, methods=["post"], url_path=f"deliveries/{DELIVERY}/redeliver")
    @transaction.atomic
    def redeliver(self, request: Request, pk: str, delivery: str) -> Response:
        """Send one again, with its id, behind those that wait; try one that waits at once."""
        hook = self.changed(pk)
        found = get_object_or_404(WebhookDelivery, hook=hook, pk=delivery)
        return self.told(pk, found.again(timezone.now()).pk)

    def changed(self, pk: str) -> Webhook:
        """The webhook, locked until the end of the transaction; 404 if there is none."""
        hook: Webhook = get_object_or_404(self.get_queryset().select_for_update(no_key=True), pk=pk)
        return hook

    def told(self, pk: str, delivery: int, status: int = status.HTTP_200_OK) -> Response:
        """A delivery as it is in the list."""
        [line] = WebhookDelivery.objects.selection().where("id = %s", delivery).head(1)
        return Response(msgspec.Raw(line.encode()), status)
