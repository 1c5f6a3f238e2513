"""What the views of all resources share: checks of a request, lists, and creation without doubles."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from rest_framework import status
from rest_framework.exceptions import MethodNotAllowed, PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import CreateModelMixin
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from idempotency.keys import once

from . import bodies
from .filters import SelectionFilter
from .pagination import KeysetPagination
from .parameters import refuse_unknown


class StrictView(APIView):
    """A view set whose actions know these parameters, besides `format`, and refuse all others.

    Bodies are read into memory before an action begins, except for those of `streaming` actions.
    """

    known_parameters: Mapping[str, set[str]] = {}
    streaming: frozenset[str] = frozenset()
    repeatable: frozenset[str] = frozenset()  # parameters that may be given more than once
    action: str

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action is None:  # that is what is wrong, whatever parameters there are
            raise MethodNotAllowed(str(request.method))
        refuse_unknown(
            request.query_params, {"format"} | self.known_parameters.get(self.action, set()), self.repeatable
        )
        refuse_foreign_page(request)
        if self.action not in self.streaming:
            bodies.read_whole(request)


def refuse_foreign_page(request: Request) -> None:
    """Without a login, a form on any web page could post here; browsers say where a request comes from."""
    origin = request.headers.get("Origin")
    if origin and request.method not in SAFE_METHODS and origin.partition("://")[2] != request.get_host():
        raise PermissionDenied("Pages of other sites may not change anything.")


class SelectionMixin(GenericAPIView):
    """DRF's `list` for selections, whose rows are JSON already: they take no serializer."""

    filter_backends = (SelectionFilter,)
    pagination_class: Any = KeysetPagination

    def get_queryset(self) -> Any:
        """The rows that the user sees. What a list should not have is left out here, not in `queryset`."""
        declared: Any = type(self).queryset
        assert not declared.query.where, "a selection has none of the conditions of a queryset"
        return declared.model.objects.selection_for(self.request.user)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        selection: Any = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(selection)
        if page is None:  # there is no pagination_class: all rows, newest first
            rows = "".join(selection.stream(selection.table.json)).rstrip("\n").replace("\n", ",")
            return Response(msgspec.Raw(f"[{rows}]".encode()))
        return self.get_paginated_response(page)


class CreateOnceMixin(CreateModelMixin, GenericAPIView):
    """DRF's `create`, carried out once for each Idempotency-Key.

    It answers 200 if the serializer's `is_new` is False after `save`: it was there already.
    """

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return once(request, lambda: self.carry_out(request), lambda: sha256(request.body).digest())

    def carry_out(self, request: Request) -> Response:
        serializer: Any = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        self.perform_create(serializer)
        if not serializer.is_new:
            return Response(serializer.data)
        return Response(serializer.data, status.HTTP_201_CREATED, headers=self.get_success_headers(serializer.data))

    def get_success_headers(self, data: Any) -> dict[str, str]:
        return {"Location": self.request.build_absolute_uri(f"{self.request.path}{data['id']}/")}
