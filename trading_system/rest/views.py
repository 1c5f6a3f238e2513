"""What each resource's view asks of a request before it answers."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import MethodNotAllowed, PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from .parameters import refuse_unknown


class StrictView(APIView):
    """A view set whose actions know these parameters, besides `format`, and refuse all others."""

    known_parameters: Mapping[str, set[str]] = {}
    action: str

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action is None:  # that is what is wrong, whatever parameters there are
            raise MethodNotAllowed(str(request.method))
        refuse_unknown(request.query_params, {"format"} | self.known_parameters.get(self.action, set()))
        refuse_foreign_page(request)


def validated(view: GenericAPIView, shared: Serializer) -> dict[str, Any]:
    """The fields of the body, read by a serializer that is kept; ValidationError names what is wrong."""
    try:
        given: dict[str, Any] = shared.run_validation(view.request.data)
    except ValidationError:
        view.get_serializer(data=view.request.data).is_valid(raise_exception=True)  # the same, for a form to show
        raise
    return given


def refuse_foreign_page(request: Request) -> None:
    """Without a login, a form on any web page could post here; browsers say where a request comes from."""
    origin = request.headers.get("Origin")
    if origin and request.method not in SAFE_METHODS and origin.partition("://")[2] != request.get_host():
        raise PermissionDenied("Pages of other sites may not change anything.")
