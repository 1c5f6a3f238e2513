"""What belongs to no resource: the root of the API, its OpenAPI document and Swagger UI, and metrics."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from prometheus_client import CONTENT_TYPE_LATEST
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import APIRootView
from rest_framework.views import APIView

from access.permissions import for_reading_programs
from rest.metrics import exposition
from rest.parameters import refuse_unknown


class WithoutParameters(APIView):
    parameters = {"format"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, self.parameters)


class TradingSystem(WithoutParameters, APIRootView):
    """What there is: resources, the OpenAPI document that describes them, and the same as a page."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.api_root_dict = {**(self.api_root_dict or {}), "schema": "schema", "docs": "docs"}
        return super().get(request, *args, **kwargs)


class NoSuchAddress(APIView):
    """There is none like it below /api/."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("There is nothing at this address; /api/ leads to all there is.")


class Document(WithoutParameters, SpectacularAPIView):
    # The first is for clients that do not say what they want.
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]


class Documentation(WithoutParameters, SpectacularSwaggerSplitView):
    """Swagger UI, whose script is a file of its own, as the page's policy asks."""

    parameters = {"format", "script"}
    http_method_names = ["get", "head"]  # what OPTIONS answers cannot be shown in its template


@require_safe
@for_reading_programs
def metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
