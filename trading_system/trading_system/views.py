"""What belongs to no resource: the root of the API, its OpenAPI document and Swagger UI, and metrics."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
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
    """Refuses query parameters other than `parameters`."""

    parameters = {"format"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, self.parameters)


class TradingSystem(WithoutParameters, APIRootView):
    """The resources, and links to the OpenAPI document and Swagger UI."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.api_root_dict = {**(self.api_root_dict or {}), "schema": "schema", "docs": "docs"}
        return super().get(request, *args, **kwargs)


class NoSuchAddress(APIView):
    """Any other path under /api/: 404."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("There is nothing at this address; /api/ leads to all there is.")


@cache
def openapi_document(login_required: bool) -> dict[str, Any]:
    """The OpenAPI document. It takes a while, and depends on nothing else that may change while the process runs."""
    found: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return found


class Located(SchemaGenerator):
    """The document, and where the service is, for programs that import it."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        service = request.build_absolute_uri("/").rstrip("/")
        return {**openapi_document(settings.LOGIN_REQUIRED), "servers": [{"url": service}]}


class Document(WithoutParameters, SpectacularAPIView):
    generator_class = Located
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
