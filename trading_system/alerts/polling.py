"""What each watch asks for every few seconds: where nothing of a list has changed, one query finds that out."""

from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.http import parse_etags
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from rest.parameters import one_of
from rest.parsers import ExactJSONParser

FLAG = ("false", "true")
OF_A_ROW = Concat(Cast("pk", TextField()), Value(" "), Cast("updated_at", TextField()), output_field=TextField())
VERSION = Func(StringAgg(OF_A_ROW, Value(","), order_by=F("pk").asc()), function="md5", output_field=TextField())


def version_of(rows: QuerySet[Any]) -> str:
    """The ETag of a list: which rows are in it, and which version of each."""
    found = rows.order_by().aggregate(version=VERSION)
    return f'"{found["version"] or "none"}"'


class PolledMixin(GenericAPIView):
    """A list is `{"results": [...]}`, all of them, with an ETag: 304 without reading them if the client has them."""

    pagination_class = None
    filter_backends = ()
    parser_classes = (ExactJSONParser,)  # a form has no lists
    lookup_value_regex = "[1-9][0-9]{0,8}"
    action: str

    def is_list_of(self, parameter: str) -> bool:
        """Whether it is the list that is asked for, of those alone that this parameter names."""
        return self.action == "list" and one_of(self.request, parameter, FLAG) == "true"

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows: Any = self.filter_queryset(self.get_queryset())
        headers = {"ETag": version_of(rows)}
        known = parse_etags(request.headers.get("If-None-Match", "").replace("W/", ""))  # weak ones are as good here
        if not {"*", headers["ETag"]}.isdisjoint(known):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response({"results": self.get_serializer(rows, many=True).data}, headers=headers)
