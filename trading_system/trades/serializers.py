"""Trades in JSON: exact decimals as strings, instants in UTC, nothing ignored."""

from typing import Any

from django.db import models
from rest_framework import serializers

from reference.fields import AccountField, CurrencyField
from reference.models import Account
from rest.columns import ExactDecimalField
from rest.serializers import ExactField, InstantField, Strict, TextField, TickerField

from .models import NO_SIDE, Trade, external_id_form
from .selection import FIELDS


class SideField(serializers.ChoiceField):
    """A side in any case."""

    default_error_messages = {"invalid_choice": NO_SIDE}

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data.strip(" ").lower() if isinstance(data, str) else data)


class TradeSerializer(Strict, serializers.ModelSerializer[Trade]):
    """Lengths, digits and validators are the model's.

    After `save`, `is_new` says whether the trade was added, or was there already.
    """

    is_new = False
    serializer_field_mapping = {
        ExactDecimalField: ExactField,
        models.CharField: TextField,
        models.TextField: TextField,
        models.DateTimeField: InstantField,
        models.IntegerField: serializers.IntegerField,
    }
    serializer_choice_field = SideField

    id = serializers.IntegerField(read_only=True, min_value=1, max_value=2**63 - 1)
    ticker = TickerField()
    account = AccountField(required=False, help_text="The account's name; main if left out.")
    currency = CurrencyField(
        required=False,
        help_text="What the price is in. If left out, the currency of the ticker's instrument; else that in which the "
        "pair quotes, as ETH in XRP-ETH; else the account's.",
    )
    fee_currency = CurrencyField(
        required=False, help_text="What the fee is in; the price's currency if left out, GBP for GBX."
    )

    class Meta:
        model = Trade
        fields = FIELDS
        validators = ()  # rules of several fields are the database's alone
        extra_kwargs = {
            "side": {"help_text": "Upper or lower case."},
            "timestamp": {
                "required": False,
                "help_text": "Any offset may be sent; UTC without one. The current time if left out.",
                "style": {"input_type": "text"},  # a browser's own field for dates would drop microseconds
            },
            "fee": {"help_text": "The cost of the trade. Exact. Negative for a rebate. 0 if left out."},
            "external_id": {
                "allow_blank": False,
                "validators": [external_id_form],  # without DRF's query: the database knows what is unique
                "help_text": "Your own name for the trade, unique in its account. Adding it again changes nothing.",
            },
            "note": {"trim_whitespace": False},
            "import": {
                "source": "import_id",
                "allow_null": True,
                "help_text": "The import that added it; null if it was added alone.",
            },
        }

    def create(self, validated_data: dict[str, Any]) -> Trade:
        trade, self.is_new = Trade.objects.book(validated_data, self.context["request"].user)
        return trade

    def update(self, instance: Trade, validated_data: dict[str, Any]) -> Trade:
        if name := validated_data.get("account"):
            validated_data["account"] = Account.objects.named(name, self.context["request"].user)
        return super().update(instance, validated_data)
