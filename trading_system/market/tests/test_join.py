"""What is known of a minute is joined: in whatever order and however often its parts come, it is the same.

The parts are any at all: those of one watch grow, and those of others may share instants with them.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.managers import COLUMNS
from market.models import Candle, LastPrice

from .seen import BEGIN, MINUTE

pytestmark = pytest.mark.django_db
PRICES = st.integers(1, 5).map(Decimal)
QUANTITIES = st.none() | st.integers(0, 3).map(Decimal)


@st.composite
def candles(draw: st.DrawFn) -> dict[str, Any]:
    """Of one of a few minutes, with few values, so that there is much that is equal."""
    begin = BEGIN + draw(st.integers(0, 1)) * MINUTE
    low, *ends, high = sorted(draw(st.tuples(PRICES, PRICES, PRICES, PRICES)))
    opens, closes = draw(st.permutations(ends))
    first, last = sorted(draw(st.tuples(st.integers(0, 3), st.integers(0, 3))))
    return {
        "ticker": draw(st.sampled_from("AB")), "timestamp": begin, "open": opens, "high": high, "low": low, "close": closes,
        "volume": draw(QUANTITIES), "ticks": draw(st.integers(1, 3)), "gap": draw(st.booleans()),
        "first": begin + timedelta(seconds=first), "last": begin + timedelta(seconds=last),
    }  # fmt: skip


def joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Slowly: each column from all parts of a minute."""
    opening = min(parts, key=lambda part: (part["first"], -part["ticks"], part["open"]))
    closing = max(parts, key=lambda part: (part["last"], part["ticks"], part["close"]))
    fullest = max(parts, key=lambda part: (part["ticks"], not part["gap"]))
    return {
        **opening, **{name: closing[name] for name in ("close", "last")},
        **{name: fullest[name] for name in ("ticks", "gap")},
        "high": max(part["high"] for part in parts), "low": min(part["low"] for part in parts),
        "volume": max((part["volume"] for part in parts if part["volume"] is not None), default=None),
    }  # fmt: skip


@settings(max_examples=60)
@given(parts=st.lists(candles(), min_size=1, max_size=8), data=st.data())
def test_order_and_repetition_do_not_matter(parts: list[dict[str, Any]], data: st.DataObject) -> None:
    Candle.objects.all().delete()
    LastPrice.objects.all().delete()
    sent = data.draw(st.permutations(parts + data.draw(st.lists(st.sampled_from(parts)))))
    while sent:
        size = data.draw(st.integers(1, len(sent)))
        Candle.objects.keep(sent[:size], "real")
        sent = sent[size:]
    keys = sorted({(part["ticker"], part["timestamp"]) for part in parts})
    minutes = [joined([part for part in parts if (part["ticker"], part["timestamp"]) == key]) for key in keys]
    assert list(Candle.objects.values(*COLUMNS)) == minutes
    newest = {one["ticker"]: (one["close"], one["last"]) for one in minutes}  # the later minute's
    assert {one.ticker: (one.price, one.timestamp) for one in LastPrice.objects.all()} == newest


def test_what_is_known_already_is_not_written_again() -> None:
    [given_] = [
        {"ticker": "A", "timestamp": BEGIN, "open": 1, "high": 1, "low": 1, "close": 1, "volume": None, "ticks": 1,
         "gap": False, "first": BEGIN, "last": BEGIN},
    ]  # fmt: skip
    Candle.objects.keep([given_], "real")
    version = Candle.objects.extra(select={"at": "ctid::text"}).values_list("at", flat=True)
    before = list(version)
    Candle.objects.keep([given_], "real")
    assert list(version.all()) == before


def test_a_part_that_has_grown_within_an_instant_knows_better_than_a_stale_one() -> None:
    """As where all times of a feed are whole seconds."""
    stale = {
        "ticker": "A", "timestamp": BEGIN, "open": 2, "high": 3, "low": 2, "close": 3, "volume": None, "ticks": 2,
        "gap": True, "first": BEGIN, "last": BEGIN,
    }  # fmt: skip
    grown = stale | {"low": 1, "close": 1, "ticks": 3, "gap": False}
    for order in ([stale, grown], [grown, stale]):
        Candle.objects.all().delete()
        for part in order:
            Candle.objects.keep([part], "real")
        assert Candle.objects.get().close == LastPrice.objects.get().price == 1
