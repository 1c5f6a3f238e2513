"""Versions of what can be changed: an ETag names one, and If-Match asks for it (section 13.1 of RFC 9110)."""

from typing import Any

from django.db import transaction
from django.utils.http import parse_etags
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import DestroyModelMixin, RetrieveModelMixin, UpdateModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from . import instants


class PreconditionFailed(APIException):
    """412: If-Match names no version that is current."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "It has changed since it was read."


def etag(id_: int, updated_at: str) -> str:
    """No two versions share their `updated_at`."""
    return f'"{id_}-{updated_at}"'


class ETagMixin(RetrieveModelMixin, UpdateModelMixin, DestroyModelMixin, GenericAPIView):
    """Sends the version as an ETag, and refuses a change whose If-Match names none that is current.

    No other version comes between check and change, as what is to be changed is locked.
    """

    action: str

    def get_queryset(self) -> Any:
        return self.locked(super().get_queryset())

    def locked(self, queryset: Any, **how: Any) -> Any:
        """The rows, for `select_for_update` in this way if one of them is to be changed."""
        changes = self.action in ("update", "partial_update", "destroy")
        return queryset.select_for_update(**how) if changes else queryset

    update = transaction.atomic(UpdateModelMixin.update)
    destroy = transaction.atomic(DestroyModelMixin.destroy)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        data = getattr(response, "data", None)
        if isinstance(data, dict) and status.is_success(response.status_code) and "updated_at" in data:
            response["ETag"] = etag(data["id"], data["updated_at"])
        return super().finalize_response(request, response, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().retrieve(request, *args, **kwargs)
        version = etag(response.data["id"], response.data["updated_at"])
        known = parse_etags(request.headers.get("If-None-Match", "").replace("W/", ""))  # weak ones are as good here
        if {"*", version}.isdisjoint(known):
            return response
        return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": version})

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        self.require_match(serializer.instance)
        super().perform_update(serializer)

    def perform_destroy(self, instance: Any) -> None:
        self.require_match(instance)
        super().perform_destroy(instance)

    def require_match(self, instance: Any) -> None:
        """PreconditionFailed unless If-Match is absent, `*`, or names its version."""
        asked, version = self.request.headers.get("If-Match"), etag(instance.pk, instants.render(instance.updated_at))
        if asked is not None and {"*", version}.isdisjoint(parse_etags(asked)):
            raise PreconditionFailed
