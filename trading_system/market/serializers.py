"""Candles of the market as a watch sends them: an array of many, of which none may be wrong."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.validators import MinValueValidator
from rest_framework import serializers

from rest.columns import DECIMALS, WHOLE_DIGITS
from rest.serializers import ExactField, FlagField, InstantField, Strict, TickerField, WholeField, amount_field

from .models import (
    BEFORE_FIRST,
    BELOW_ZERO,
    MINUTE,
    NO_MINUTE,
    NO_TICKS,
    NOT_IN_MINUTE,
    TOO_HIGH,
    TOO_LOW,
)

MAX_CANDLES = 5000  # in a request
LARGEST_COUNT = 2**63 - 1
AHEAD = timedelta(minutes=1)  # how far a tick may be ahead of the clock: with a wrong one its price would stay the last
TOO_FAR_AHEAD = "Must not be more than a minute in the future."
NOT_A_LIST = f"Must be a list of 1 to {MAX_CANDLES} candles."


class MarketCandleSerializer(Strict):
    """One candle of a minute. Its context has `latest`, the end of what may have happened."""

    ticker = TickerField()
    timestamp = InstantField(help_text="When the minute begins.")
    open, high, low, close = amount_field(), amount_field(), amount_field(), amount_field()
    volume = ExactField(
        max_digits=WHOLE_DIGITS + DECIMALS,
        decimal_places=DECIMALS,
        allow_null=True,
        validators=[MinValueValidator(0, BELOW_ZERO)],
        help_text="The sum of quantities; null if no tick had one.",
    )
    ticks = WholeField(min_value=1, max_value=LARGEST_COUNT, error_messages={"min_value": NO_TICKS})
    gap = FlagField(help_text="Whether ticks of the minute were lost.")
    first = InstantField(help_text="When its first tick was.")
    last = InstantField(help_text="When its last tick was.")

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        if errors := contradicted(attributes, self.context["latest"]):
            raise serializers.ValidationError(errors)
        return attributes


def contradicted(candle: dict[str, Any], latest: datetime) -> dict[str, list[str]]:
    """The fields whose values cannot be, beside each other and before `latest`; and why."""
    begin, first, last = candle["timestamp"], candle["first"], candle["last"]
    ends = candle["open"], candle["close"]
    checks = {
        "timestamp": (begin.second or begin.microsecond, NO_MINUTE),
        "high": (candle["high"] < max(ends), TOO_LOW),
        "low": (candle["low"] > min(ends), TOO_HIGH),
        "first": (first < begin or first - begin >= MINUTE, NOT_IN_MINUTE),
        "last": (last < begin or last - begin >= MINUTE, NOT_IN_MINUTE),
    }
    errors = {name: [why] for name, (is_wrong, why) in checks.items() if is_wrong}
    if not errors and last < first:
        return {"last": [BEFORE_FIRST]}
    return errors or ({"last": [TOO_FAR_AHEAD]} if last > latest else {})


def read(candles: Any, now: datetime) -> list[dict[str, Any]]:
    """The candles of a request; ValidationError names the position and the field of what is wrong with the first such.

    None may end later than AHEAD from now. The database has no such rule, as no row says when it was written.
    Well-formed ones are read field by field: a serializer of each would take twice as long.
    """
    if not isinstance(candles, list) or not 1 <= len(candles) <= MAX_CANDLES:
        raise serializers.ValidationError({"candles": [NOT_A_LIST]})
    serializer = MarketCandleSerializer(context={"latest": now + AHEAD})
    fields = {name: field.run_validation for name, field in serializer.fields.items()}
    return [read_one(candle, position, fields, serializer) for position, candle in enumerate(candles)]


def read_one(candle: Any, position: int, fields: dict[str, Any], serializer: MarketCandleSerializer) -> dict[str, Any]:
    """One candle; where something is wrong with it, the serializer says all of it."""
    with suppress(serializers.ValidationError):
        if isinstance(candle, dict) and candle.keys() == fields.keys():
            return serializer.validate({name: run(candle[name]) for name, run in fields.items()})
    try:
        return dict(serializer.run_validation(candle))
    except serializers.ValidationError as error:
        raise serializers.ValidationError(named(position, error.detail)) from None


def named(position: int, detail: Any) -> dict[str, Any]:
    """Errors by position and field, as `0.high`; of a candle that is no object, by its position."""
    return {f"{position}.{name}".removesuffix(".non_field_errors"): why for name, why in detail.items()}
