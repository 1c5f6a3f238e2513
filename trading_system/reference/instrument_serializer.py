"""Instruments in JSON: what nobody has said is null, and the multiplier is the one that applies."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from rest.columns import above_zero
from rest.serializers import ExactField, InstantField, Strict, TextField, TickerField

from .currency_field import KnownCurrencyField
from .instrument_rules import check_digit, isin_form
from .isins import ISIN_LENGTH, normal_isin
from .kinds import NO_KIND, Kind
from .models import DECIMALS, INSTRUMENT_NAME_LENGTH, WHOLE_DIGITS, Instrument, prints


class NameField(TextField):
    """A name; none is null in JSON, and empty in its column."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(data) or ""

    def get_attribute(self, instance: Any) -> Any:
        return super().get_attribute(instance) or None


class MultiplierField(ExactField):
    """Sent, it is what is to be stored; answered, it is what applies."""

    def get_attribute(self, instance: Instrument) -> Decimal:
        return instance.effective_multiplier


class IsinField(TextField):
    """An ISIN in any case, upper-cased."""

    def to_internal_value(self, data: Any) -> str:
        return normal_isin(super().to_internal_value(data))


class OptionSerializer(serializers.Serializer[Any]):
    """What the symbol of a listed option says."""

    underlying = TickerField()
    expiry = serializers.DateField()
    right = serializers.ChoiceField(("call", "put"))
    strike = ExactField(max_digits=8, decimal_places=3, validators=[above_zero])


class InstrumentSerializer(Strict):
    """After `save`, `is_new` says whether the instrument was added, or was there already."""

    is_new = False
    id = serializers.IntegerField(read_only=True, min_value=1, max_value=2**63 - 1)
    ticker = TickerField()
    name = NameField(required=False, allow_null=True, max_length=INSTRUMENT_NAME_LENGTH, validators=[prints])
    kind = serializers.ChoiceField(
        Kind.choices,
        required=False,
        error_messages={"invalid_choice": NO_KIND},
        help_text="Left out: option for the symbol of a listed option, else other.",
    )
    currency = KnownCurrencyField(
        source="currency_id", required=False, allow_null=True, help_text="Of its prices. null: the account's."
    )
    multiplier = MultiplierField(
        max_digits=WHOLE_DIGITS + DECIMALS,
        decimal_places=DECIMALS,
        required=False,
        allow_null=True,
        validators=[above_zero],
        help_text="What a price is multiplied by. null: 100 for the symbol of a listed option, else 1.",
    )
    base_asset = KnownCurrencyField(
        source="base_asset_id", required=False, allow_null=True, help_text="What a unit is: ETH of ETH-USD."
    )
    isin = IsinField(required=False, allow_null=True, max_length=ISIN_LENGTH, validators=[isin_form, check_digit])
    option = OptionSerializer(read_only=True, allow_null=True, help_text="What its symbol says; null if it is none.")
    created_at, updated_at = InstantField(read_only=True), InstantField(read_only=True)

    def create(self, validated_data: dict[str, Any]) -> Instrument:
        instrument, self.is_new = Instrument.objects.enter(validated_data)
        return instrument

    def update(self, instance: Instrument, validated_data: dict[str, Any]) -> Instrument:
        return Instrument.objects.change(instance, validated_data)
