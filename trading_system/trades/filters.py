"""Which trades a request asks for: by ticker, by ranges with both ends included, and as of which instant."""

from rest.filters import AmountFilter, AsOfFilter, ChoiceFilter, Comparison, InTime, MomentFilter

from .models import NO_SIDE, Side


class BookFilter(InTime):
    """The parameters of what follows from trades: whose, when, and as of which instant."""

    as_of = AsOfFilter(last=True, help_text="The book as it was at this instant, or at the end of this date.")


class TradeFilter(BookFilter):
    """The parameters of a list of trades, a summary, or an export."""

    side = ChoiceFilter(choices=Side.choices, error_messages={"invalid_choice": NO_SIDE}, help_text="buy or sell.")
    min_price = AmountFilter(field_name="price", lookup_expr="gte", help_text="From this price on.")
    max_price = AmountFilter(field_name="price", lookup_expr="lte", help_text="Up to this price, included.")
    min_quantity = AmountFilter(field_name="quantity", lookup_expr="gte", help_text="From this quantity on.")
    max_quantity = AmountFilter(field_name="quantity", lookup_expr="lte", help_text="Up to this quantity, included.")
    external_id = Comparison(strip=False, help_text="The trade with this external_id.")
    updated_since = MomentFilter(
        field_name="updated_at", lookup_expr="gte", last=False, help_text="Added or changed at this instant or later."
    )
