"""What is answered about the book, slowly and obviously: from all versions of all trades, in Python.

It shares no SQL with what it judges: not how trades are added up, not how actions change them, not which are selected.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from portfolio import lots
from portfolio.models import CorporateAction
from portfolio.timeline import Action
from rest import instants
from rest.amounts import decimal_text, quotient
from trades.models import Trade, TradeEvent

from . import oracle

MAJOR = {"GBX": "GBP"}
BASES = {"ETH-USD": "ETH"}  # a fee in it is quantity
FIELDS = ("id", "account_id", "ticker", "side", "quantity", "price", "fee", "currency", "fee_currency", "timestamp")


@dataclass(frozen=True)
class Asked:
    """Trades of these accounts and tickers (None: all), of this time, as they were known at the instant."""

    accounts: Collection[str] | None = None
    tickers: Collection[str] | None = None
    start: datetime | None = None
    end: datetime | None = None
    instant: datetime | None = None


class Moved(NamedTuple):
    """A trade as corporate actions have left it."""

    row: dict[str, Any]
    ticker: str
    ratio: Fraction

    @property
    def sign(self) -> int:
        return 1 if self.row["side"] == "buy" else -1

    @property
    def in_kind(self) -> bool:
        return self.row["fee_currency"] != self.row["currency"] and (
            self.row["fee_currency"] == BASES.get(self.row["ticker"])
        )

    @property
    def fill(self) -> lots.Fill:
        row = self.row
        came = self.sign * Fraction(row["quantity"]) - (Fraction(row["fee"]) if self.in_kind else 0)
        value = self.sign * Fraction(row["quantity"]) * in_major(row["price"], row["currency"])
        return lots.Fill(
            row["id"], row["timestamp"], came * self.ratio, value, self.fee if self.same_money else Fraction(0)
        )

    @property
    def fee(self) -> Fraction:
        return in_major(self.row["fee"], self.row["fee_currency"])

    @property
    def same_money(self) -> bool:
        return major(self.row["fee_currency"]) == major(self.row["currency"])


def major(currency: str) -> str:
    return MAJOR.get(currency, currency)


def in_major(amount: Decimal, currency: str) -> Fraction:
    return Fraction(amount) / (100 if currency in MAJOR else 1)


def trades(asked: Asked) -> list[dict[str, Any]]:
    """Of any ticker, by (timestamp, id)."""
    found = [
        row
        for row in versions(asked.instant)
        if (asked.accounts is None or row["account__name"] in asked.accounts)
        and (asked.start is None or row["timestamp"] >= asked.start)
        and (asked.end is None or row["timestamp"] <= asked.end)
    ]
    return sorted(found, key=lambda row: (row["timestamp"], row["id"]))


def versions(instant: datetime | None) -> list[dict[str, Any]]:
    names = (*FIELDS, "account__name", "updated_at")
    present = list(Trade.objects.values(*names))
    if instant is None:
        return present
    ended = TradeEvent.objects.filter(pgh_created_at__gt=instant).values(*names)
    return [row for row in (*present, *ended) if row["updated_at"] <= instant]


def positions(asked: Asked, method: str, group: str) -> list[dict[str, Any]]:
    """portfolio.positions.positions_of, of instruments that nobody has described; amounts as fractions."""
    found: dict[Any, list[Moved]] = defaultdict(list)
    for trade in moved(trades(asked), CorporateAction.objects.in_effect(asked.instant)):
        if asked.tickers is None or trade.ticker in asked.tickers:
            own = trade.row["account__name"], trade.row["account_id"]
            found[(trade.ticker, major(trade.row["currency"]), *(own if group == "account" else ()))].append(trade)
    return [
        {**dict(zip(("ticker", "currency", "account"), key, strict=False)), **held(found[key], method)}
        for key in sorted(found)
    ]


def moved(rows: Iterable[dict[str, Any]], actions: list[Action]) -> list[Moved]:
    return [Moved(row, *oracle.walked(actions, row["ticker"], row["timestamp"])) for row in rows]


def held(trades: list[Moved], method: str) -> dict[str, Any]:
    fills = [trade.fill for trade in trades]
    open_, _ = lots.lots_of(fills, method)
    quantity, basis = sum((lot.quantity for lot in open_), Fraction(0)), sum((lot.value for lot in open_), Fraction(0))
    fees, realised = sum((fill.fee for fill in fills), Fraction(0)), basis - sum(fill.value for fill in fills)
    last = trades[-1]
    return {
        "quoted_in": last.row["currency"],
        "multiplier": 1,
        "quantity": told(quantity),
        "average_cost": Fraction(quotient(basis, quantity)) if quantity else None,
        "cost_basis": told(basis),
        "realised_profit": told(realised),
        "realised_profit_after_fees": told(realised - fees + sum(lot.fee for lot in open_)),
        "fees": fees,
        "other_fees": other_fees(trades),
        "last": {
            "price": told(in_major(last.row["price"], last.row["currency"]) / last.ratio),
            "timestamp": instants.render(last.row["timestamp"]),
        },
    }


def told(amount: Fraction) -> Fraction:
    """What is left of it in an answer: 28 digits, if it has no end as a decimal."""
    return Fraction(decimal_text(amount))


def other_fees(trades: list[Moved]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for trade in trades:
        if trade.fee and not trade.same_money:
            currency = major(trade.row["fee_currency"])
            found[currency] = found.get(currency, Fraction(0)) + trade.fee
    return found


def in_fractions(position: dict[str, Any]) -> dict[str, Any]:
    """A position that was answered, as `positions` has it."""
    texts = {"ticker", "currency", "account", "quoted_in"}
    return {
        **{
            name: value if name in texts or value is None else Fraction(value)
            for name, value in position.items()
            if not isinstance(value, (list, dict))
        },
        "other_fees": {one["currency"]: Fraction(one["amount"]) for one in position["other_fees"]},
        "last": position["last"] | {"price": Fraction(position["last"]["price"])},
    }
