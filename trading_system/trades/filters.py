"""Which trades a request asks for: by ticker, by ranges with both ends included, and as of which instant."""

from typing import Any

from django import forms
from django_filters import rest_framework as filters

from reference.managers import refusal
from reference.models import NAME_LENGTH
from rest.filters import AmountFilter, AsOfFilter, ChoiceFilter, Comparison, InTime, MomentFilter
from rest.selection import Selection

from .models import NO_SIDE, Import, Side

MAX_ACCOUNTS_NAMED = 100
MAX_IMPORT = 2**31 - 1


class AccountsField(forms.CharField):
    """Names of accounts, separated by commas; the value is a list."""

    openapi = {
        "type": "array",
        "items": {"type": "string", "maxLength": NAME_LENGTH},
        "maxItems": MAX_ACCOUNTS_NAMED,
        "default": [],
    }

    def clean(self, value: Any) -> Any:
        names = [name.strip(" ") for name in value.split(",")] if value else []
        if len(names) > MAX_ACCOUNTS_NAMED:
            raise forms.ValidationError(f"At most {MAX_ACCOUNTS_NAMED} accounts.")
        return names


class AccountsFilter(filters.Filter):
    """Selects rows of these accounts, of those that the user sees."""

    field_class = AccountsField

    def filter(self, selection: Selection, value: list[str]) -> Selection:
        """ValidationError names an account that is not there, or not seen."""
        assert selection.scope
        scope = selection.scope.named(*value)
        found = {name for _, name in scope.accounts()}
        if missing := [name for name in value if name not in found]:
            raise refusal(missing[0], seen=0)
        return selection.within(scope)


class ImportField(forms.IntegerField):
    """The number of an import."""

    openapi = {"type": "integer", "minimum": 1, "maximum": MAX_IMPORT}

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_IMPORT, **options)


class ImportFilter(filters.Filter):
    """Selects the trades that an import added. The range of their ids finds them; the column has no index."""

    field_class = ImportField

    def filter(self, selection: Selection, value: int) -> Selection:
        """Nothing is selected if there is no such import, nor if it has added no trades."""
        found = Import.objects.filter(pk=value).values_list("first_trade", "last_trade").first()
        first, last = found or (None, None)
        return selection.where("import_id = %s", value).where("id >= %s", first).where("id <= %s", last)


class BookFilter(InTime):
    """The parameters of what follows from trades: whose, when, and as of which instant."""

    account = AccountsFilter(help_text="One account or several, by name, separated by commas.")
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
    vars()["import"] = ImportFilter(help_text="Trades that this import added.")  # a keyword, which is no attribute


class ChangeFilter(filters.FilterSet):
    """The parameters of changes, besides where they begin and how many they are."""

    account = AccountsFilter(help_text="One account or several, by name, separated by commas.")


class ImportFilters(filters.FilterSet):
    """The parameters of a list of imports: none."""
