"""What the document says of serializers and their fields: what is sent differs from what is answered."""

from collections.abc import Iterable
from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from rest_framework.serializers import Field, ValidationError

from ..tickers import TICKER, TICKER_LENGTH

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}


def text(pattern: str, **more: Any) -> Schema:
    """`pattern` as Python has it."""
    return {**TEXT, "pattern": pattern.replace(r"\A", "^").replace(r"\Z", "$"), **more}


def whole(properties: Schema, required: Iterable[str] | None = None, **more: Any) -> Schema:
    """An object with all of these, or with those that are required."""
    needed = list(properties if required is None else required)
    return {"type": "object", "properties": properties, **({"required": needed} if needed else {}), **more}


def takes(field: Field, value: str) -> bool:
    """Whether it would accept this: its rules are tried, not read."""
    try:
        field.run_validation(value)
    except ValidationError:
        return False
    return True


class Exact(OpenApiSerializerFieldExtension):
    target_class = "rest.fields.ExactField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        most, places = self.target.max_whole_digits, self.target.decimal_places
        minus = "-?" if takes(self.target, "-1") else ""
        fraction = rf"(\.[0-9]{{1,{places}}})?" if places else r"(\.[0-9]+)?"
        if direction == "response":
            first = f"[1-9][0-9]{{0,{most - 1}}}" if most else "[1-9][0-9]*"
            pattern = rf"^{minus and '(?!-0$)-?'}(0|{first}){fraction}$"
            return text(pattern, description="Exact, with the digits that it was given." if most else "Exact.")
        given = text(rf"^{minus}[0-9]{{1,{most}}}{fraction}$")
        least, limit = -(10.0**most) if minus else 0, 10.0**most
        return {
            "oneOf": [given, {"type": "number", "exclusiveMinimum": least, "exclusiveMaximum": limit}],
            "description": f"Above zero, with at most {most} digits before the point and {places} after it.",
        }


class Text(OpenApiSerializerFieldExtension):
    target_class = "rest.fields.TextField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        [form] = [one.regex.pattern for one in self.target.validators if isinstance(one, RegexValidator)]
        return text(form, maxLength=self.target.max_length, **({} if self.target.allow_blank else {"minLength": 1}))


GIVEN_TICKER = text(TICKER.replace("A-Z", "A-Za-z"), maxLength=TICKER_LENGTH)


class Ticker(OpenApiSerializerFieldExtension):
    target_class = "rest.fields.TickerField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        answered = text(TICKER, maxLength=TICKER_LENGTH)
        return answered if direction == "response" else {**GIVEN_TICKER, "description": "In any case."}


class Instant(OpenApiSerializerFieldExtension):
    target_class = "rest.fields.InstantField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        answered = text("Z$", format="date-time", description="UTC, with the fewest decimals that lose nothing.")
        return answered if direction == "response" else {**TEXT, "format": "date-time"}


class Choice(OpenApiSerializerFieldExtension):
    target_class = "rest_framework.serializers.ChoiceField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        choices = list(self.target.choices)
        is_any_case = direction == "request" and takes(self.target, choices[0].upper())
        return {**TEXT, "enum": choices, **({"description": "In any case."} if is_any_case else {})}


class Objects(OpenApiSerializerExtension):
    """Of a TradeSerializer, Trade is what is answered, NewTrade what is sent, TradeChange what is sent to change one."""

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
        for schema in properties.values():
            schema.pop("readOnly", None)
        if direction == "response":
            about = type(self.target).__doc__
            return whole(properties, **({"description": about} if about else {}))
        required = [name for name, one in fields.items() if one.required and not self.target.partial]
        return whole(properties, required, additionalProperties=False)
