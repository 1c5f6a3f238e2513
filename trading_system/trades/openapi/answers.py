"""What the ledger answers besides trades, for the document alone: PostgreSQL writes it, and no serializer runs."""

from functools import partial
from typing import Any

from rest_framework.serializers import BooleanField, CharField, ChoiceField, IntegerField, Serializer, URLField

from rest.fields import ExactField, InstantField, TickerField

from ..models import DECIMALS, WHOLE_DIGITS
from ..serializers import AmountField, TradeSerializer

Count, Link = partial(IntegerField, min_value=0), partial(URLField, allow_null=True)
Price = partial(AmountField, max_digits=WHOLE_DIGITS + DECIMALS, decimal_places=DECIMALS, min_value=0)
Sum = partial(ExactField, max_digits=None, decimal_places=None)
Total = partial(Sum, min_value=0)


class PricePoint(Serializer[Any]):
    price, timestamp = Price(), InstantField()


class SideTotal(Serializer[Any]):
    count, volume = Count(), Total()


class TickerSummary(Serializer[Any]):
    ticker, count = TickerField(), Count()
    volume = Total(help_text="The sum of quantities.")
    notional = Total(help_text="The sum of price times quantity.")
    vwap = Total(help_text="The volume-weighted average price, to 28 digits.")
    high, low = Price(), Price()
    first, last = PricePoint(), PricePoint()
    buys, sells = SideTotal(), SideTotal()


class TradeSummary(Serializer[Any]):
    count, results = Count(), TickerSummary(many=True)


class TradeEvent(Serializer[Any]):
    event, at = ChoiceField(("update", "delete", "restore")), InstantField()
    by = CharField(allow_null=True, help_text="The user's name, if there was one.")
    before = TradeSerializer(allow_null=True, help_text="null before a restoration.")
    after = TradeSerializer(allow_null=True, help_text="null after a delete.")


class TradeHistory(Serializer[Any]):
    next, results = Link(help_text="The address of older events."), TradeEvent(many=True)


class RowError(Serializer[Any]):
    line, field, message = Count(), CharField(allow_null=True), CharField()


class ImportReport(Serializer[Any]):
    created = Count(help_text="Trades added; with dry_run, that would be.")
    duplicates = Count(help_text="Trades that were in the ledger already.")
    failed = Count(help_text="Rows that are no trades.")
    errors: Any = RowError(many=True, help_text="The first of what is wrong. field is null where the whole row is.")
    dry_run = BooleanField()
    imported_at = InstantField(allow_null=True, help_text="When the same bytes were imported before: duplicates now.")


class RefusedImport(ImportReport):
    """Nothing was written."""

    request_id = CharField(help_text="By which the log knows the request; X-Request-ID in every answer.")
