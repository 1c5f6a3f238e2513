"""What is exported is imported into the same trades."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rest.tests.clients import ApiClient
from trades.models import Trade
from trades.selection import OWN_FIELDS

from .book import FIRST
from .exports import MEDIA_TYPES, export
from .odd_rows import AWKWARD

pytestmark = pytest.mark.django_db
MOST = Decimal("99999999999999999999.999999999999999999")
amounts = st.decimals("1e-18", MOST, places=18) | st.sampled_from(["1", "0.10", "1.00000000"])
signed = amounts | st.sampled_from(["0", "0.00"]) | st.decimals(MOST.copy_negate(), 0, places=18)
instants = st.datetimes(max_value=datetime(2026, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
ids = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=50)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, [*range(32), 127]))))
trades = st.builds(
    Trade,
    ticker=st.sampled_from(
        ["A", "BRK.B", "EURUSD=X", "Z" * 64, "=A", "-A", "+A", "@A", "BRK B", "SPY   250620C00450000"]
    ),
    price=signed,
    quantity=amounts,
    side=st.sampled_from(["buy", "sell"]),
    timestamp=st.sampled_from([FIRST, FIRST, FIRST.replace(microsecond=5000)]) | instants,
    fee=signed,
    external_id=st.none() | ids | st.sampled_from(["a b", 'a, "b"', "x" * 100, "\\", "\\.", "null", "=1"]),
    note=st.sampled_from(AWKWARD) | texts,
)

FILL = {"ticker": "A", "price": Decimal(1), "quantity": Decimal(1), "side": "buy", "timestamp": FIRST}


def book() -> list[Any]:
    return list(Trade.objects.order_by("timestamp", "id").values(*OWN_FIELDS))


@settings(max_examples=10)
@example([Trade(**FILL, note=note) for note in AWKWARD])
@given(st.lists(trades, max_size=12, unique_by=lambda trade: trade.external_id or id(trade)))
def test_what_is_exported_is_imported_and_exported_again_byte_for_byte(recorded: list[Trade]) -> None:
    api = ApiClient()
    Trade.objects.all().delete()
    Trade.objects.bulk_create(recorded)
    for format_, media_type in MEDIA_TYPES.items():
        first, wanted = export(api, format=format_), book()
        Trade.objects.all().delete()
        answer = api.generic("POST", "/api/trades/bulk/?again=true", first, content_type=media_type)
        assert (answer.json()["created"], answer.json()["errors"]) == (len(recorded), [])
        assert book() == wanted
        assert export(api, format=format_) == first
