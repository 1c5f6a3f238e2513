"""What the document says of serializers, their fields, and filters: what is sent differs from what is answered."""

from collections.abc import Iterable
from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular import extensions as spectacular
from drf_spectacular.plumbing import build_parameter_type
from drf_spectacular.serializers import PolymorphicProxySerializerExtension
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import ValidationError

from ..forms import LONGEST, MAX_TICKERS, MomentField, TickersField, ZoneField
from ..pagination import COUNTS, MAX_PAGE_SIZE, NEWEST_FIRST, OLDEST_FIRST, PAGE_SIZE
from ..tickers import TICKER, TICKER_LENGTH

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}


def text_schema(pattern: str, **more: Any) -> Schema:
    """`pattern` as Python has it."""
    return {**TEXT, "pattern": pattern.replace(r"\A", "^").replace(r"\Z", "$"), **more}


def object_schema(properties: Schema, required: Iterable[str] | None = None, **more: Any) -> Schema:
    """An object with all of these, or with those that are required."""
    needed = list(properties if required is None else required)
    return {"type": "object", "properties": properties, **({"required": needed} if needed else {}), **more}


class Exact(spectacular.OpenApiSerializerFieldExtension):
    """Exact decimals: strings when answered; strings or numbers when sent."""

    target_class = "rest.serializers.ExactField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        most, places = self.target.max_whole_digits, self.target.decimal_places
        try:
            minus = self.target.run_validation("-1") and "-?"  # its rules are tried, not read
        except ValidationError:
            minus = ""
        fraction = rf"(\.[0-9]{{1,{places}}})?" if places else r"(\.[0-9]+)?"
        if direction == "response":
            first = f"[1-9][0-9]{{0,{most - 1}}}" if most else "[1-9][0-9]*"
            pattern = rf"^{minus and '(?!-0$)-?'}(0|{first}){fraction}$"
            return text_schema(pattern, description="Exact, with the digits that it was given." if most else "Exact.")
        given = text_schema(rf"^{minus}[0-9]{{1,{most}}}{fraction.replace('}', '}0*')}$")
        limits = {"type": "number", "exclusiveMinimum": -(10.0**most) if minus else 0, "exclusiveMaximum": 10.0**most}
        sign = "" if minus else "Above zero. "
        about = f"{sign}At most {most} digits before the point and {places} after it, besides zeros at the end."
        return {"oneOf": [given, limits], "description": about}


class Text(spectacular.OpenApiSerializerFieldExtension):
    target_class = "rest.serializers.TextField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        forms: list[Any] = [one.regex for one in self.target.validators if isinstance(one, RegexValidator)]
        if not forms:
            return dict(TEXT)
        lengths = {"minLength": int(not self.target.allow_blank), "maxLength": self.target.max_length}
        return text_schema(forms[0].pattern, **lengths)


GIVEN_TICKER = text_schema(TICKER.replace("A-Z", "A-Za-z"), maxLength=TICKER_LENGTH)


class Ticker(spectacular.OpenApiSerializerFieldExtension):
    target_class = "rest.serializers.TickerField"
    priority = 1  # it may be a text, too

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        answered = text_schema(TICKER, maxLength=TICKER_LENGTH)
        return answered if direction == "response" else {**GIVEN_TICKER, "description": "Upper or lower case."}


class Instant(spectacular.OpenApiSerializerFieldExtension):
    target_class = "rest.serializers.InstantField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        answered = text_schema("Z$", format="date-time", description="UTC, with as many decimals as needed: 0, 3 or 6.")
        return answered if direction == "response" else {**TEXT, "format": "date-time"}


class Objects(spectacular.OpenApiSerializerExtension):
    """Of a TradeSerializer, Trade is what is answered, NewTrade and TradeChange are what is sent.

    An answer has all fields but those that the serializer names as `sometimes`.
    """

    target_class = "rest_framework.serializers.Serializer"
    match_subclasses = True

    def get_name(self, auto_schema: Any, direction: str) -> str:
        name = type(self.target).__name__.removesuffix("Serializer")
        given = f"{name}Change" if self.target.partial else f"New{name}"
        return name if direction == "response" else given

    def map_serializer(self, auto_schema: Any, direction: str) -> Schema:
        # drf-spectacular's own would let "" match two branches of a `oneOf` where a text may be empty.
        fields = {name: one for name, one in self.target.fields.items() if direction == "response" or not one.read_only}
        properties = {name: auto_schema._map_serializer_field(one, direction) for name, one in fields.items()}
        if direction == "response":
            sometimes = getattr(self.target, "sometimes", ())
            return object_schema(properties, [name for name in properties if name not in sometimes])
        required = [name for name, one in fields.items() if one.required and not self.target.partial]
        return object_schema(properties, required, additionalProperties=False)


class OneOf(PolymorphicProxySerializerExtension):
    """One of several serializers, which are no Objects themselves."""

    priority = 1


# An empty parameter is no filter: forms send all their fields.
SHARED: dict[type, Schema] = {
    TickersField: {"type": "array", "items": GIVEN_TICKER, "maxItems": MAX_TICKERS, "default": []},
    MomentField: {**TEXT, "anyOf": [{"format": "date"}, {"format": "date-time"}, {"const": ""}], "default": ""},
    ZoneField: {**TEXT, "default": "UTC"},
}


def several(schema: Schema) -> Schema:  # values of one parameter have commas between them
    return {"style": "form", "explode": False} if schema["type"] == "array" else {}


def parameter(name: str, schema: Schema, description: str, where: Any = "query", **more: Any) -> OpenApiParameter:
    """A parameter of requests, or a header, with this schema."""
    return OpenApiParameter(name, schema, where, description=description, **several(schema), **more)


def choice_parameter(name: str, values: tuple[str, ...], description: str, default: str = "") -> OpenApiParameter:
    """A parameter with some values, of which the first is the default if no other is."""
    return parameter(name, {**TEXT, "enum": list(values), "default": default or values[0]}, description)


def or_empty(schema: Schema) -> Schema:
    """What a field takes, as the text of a parameter that may be left empty."""
    form = schema.get("oneOf", [schema])[0]
    if "enum" in form:
        return {**TEXT, "enum": ["", *form["enum"]], "default": ""}
    return {**TEXT, "pattern": f"^$|{form['pattern']}", "maxLength": form.get("maxLength", LONGEST), "default": ""}


class Filters(spectacular.OpenApiFilterExtension):
    target_class = "django_filters.rest_framework.DjangoFilterBackend"
    match_subclasses = True
    priority = 1  # above drf-spectacular's own, which goes by the types of columns, not by what the filters read

    def get_schema_operation_parameters(self, auto_schema: Any, *args: Any, **kwargs: Any) -> list[Schema]:
        view, found = auto_schema.view, []
        fields = view.serializer_class().fields if view.serializer_class else {}
        for name, one in view.filterset_class.base_filters.items():
            schema = SHARED.get(one.field_class, getattr(one.field_class, "openapi", None))
            if schema is None:  # it compares with a field of the resource
                schema = or_empty(auto_schema._map_serializer_field(fields[one.field_name], "request"))
            about = one.extra["help_text"]
            found.append(build_parameter_type(name, schema, "query", description=about, **several(schema)))
        return found


CURSOR = parameter("cursor", TEXT, "Where the page begins, as given in next and previous.")
SIZES = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
SIZE = parameter("page_size", SIZES, "Rows per page.")
PAGING = [
    choice_parameter("ordering", (NEWEST_FIRST, OLDEST_FIRST), "Newest first, or oldest first."),
    SIZE,
    choice_parameter("count", COUNTS, "Whether to count the rows of all pages, exactly or about."),
    CURSOR,
]
