"""Parameters and headers of requests; filters speak for themselves."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.extensions import OpenApiFilterExtension
from drf_spectacular.plumbing import build_parameter_type
from drf_spectacular.utils import OpenApiParameter

from ..forms import LONGEST, MAX_TICKERS, MomentField, TickersField, ZoneField
from ..pagination import MAX_PAGE_SIZE, NEWEST_FIRST, OLDEST_FIRST, PAGE_SIZE
from .fields import GIVEN_TICKER, TEXT, Schema

# A filter that is empty is none: so forms send those that were not filled in.
SHARED: dict[type, Schema] = {
    TickersField: {"type": "array", "items": GIVEN_TICKER, "maxItems": MAX_TICKERS, "default": []},
    MomentField: {**TEXT, "anyOf": [{"format": "date"}, {"format": "date-time"}, {"const": ""}], "default": ""},
    ZoneField: {**TEXT, "default": "UTC"},
}


LIST: Schema = {"style": "form", "explode": False}


def parameter(name: str, schema: Schema, description: str, where: Any = "query", **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, schema, where, description=description, **more)


def choice(name: str, values: tuple[str, ...], description: str) -> OpenApiParameter:
    """A parameter with some values, of which the first is the default."""
    return parameter(name, {**TEXT, "enum": list(values), "default": values[0]}, description)


def or_empty(schema: Schema) -> Schema:
    """What a field takes, as the text of a parameter that may be left empty."""
    form = schema.get("oneOf", [schema])[0]
    if "enum" in form:
        return {**TEXT, "enum": ["", *form["enum"]], "default": ""}
    return {**TEXT, "pattern": f"^$|{form['pattern']}", "maxLength": form.get("maxLength", LONGEST), "default": ""}


def filter_parameters(filterset: Any, names: Iterable[str], own: Schema | None = None) -> list[OpenApiParameter]:
    """`own` are the schemas of the resource's fields, by their names, with which filters compare."""
    found = {name: filterset.base_filters[name] for name in names}
    schemas = {
        name: SHARED.get(one.field_class) or or_empty((own or {})[one.field_name]) for name, one in found.items()
    }
    return [
        parameter(name, schemas[name], one.extra["help_text"], **(LIST if schemas[name]["type"] == "array" else {}))
        for name, one in found.items()
    ]


def raw(found: Iterable[OpenApiParameter]) -> list[Schema]:
    names = ("name", "location", "description", "style", "explode")
    return [build_parameter_type(schema=one.type, **{name: getattr(one, name) for name in names}) for one in found]


class Filters(OpenApiFilterExtension):
    target_class = "django_filters.rest_framework.DjangoFilterBackend"
    match_subclasses = True
    priority = 1  # above drf-spectacular's own, which goes by the types of columns, not by what the filters read

    def get_schema_operation_parameters(self, auto_schema: Any, *args: Any, **kwargs: Any) -> list[Schema]:
        view = auto_schema.view
        fields = view.get_serializer_class()().fields
        own = {name: auto_schema._map_serializer_field(one, "request") for name, one in fields.items()}
        return raw(filter_parameters(view.filterset_class, view.filterset_class.base_filters, own))


CURSOR = parameter("cursor", TEXT, "Where the page begins: it is in the addresses that next and previous give.")
SIZES = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
PAGING = [
    choice("ordering", (NEWEST_FIRST, OLDEST_FIRST), "Newest first, or oldest first."),
    parameter("page_size", SIZES, "How many a page has."),
    choice("count", ("false", "true"), "Whether to count those of all pages."),
    CURSOR,
]


class Paging(OpenApiFilterExtension):
    target_class = "rest.pagination.KeysetPagination"  # drf-spectacular asks these extensions of pages, too

    def get_schema_operation_parameters(self, auto_schema: Any, *args: Any, **kwargs: Any) -> list[Schema]:
        return raw(PAGING)
