"""A row of which the side is known, as a trade. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from reference.currencies import SIGNS, normal_currency
from rest.amounts import EXACT
from rest.tables import unmarked_text

from .answers import Answers
from .fees import FeeReader
from .fields import Fields, quotient
from .lookups import Get, Memo, Refused, Row, shown
from .profile import Name, Profile, Source, Where
from .times import Repeated, Times

# How far the money of a trade may be from quantity x price, besides the fee: a share of it, or as much.
SHARE, LEAST = Decimal("0.02"), Decimal("0.05")


@dataclass(frozen=True)
class Left:
    """A row that is no trade, and what it is."""

    kind: str


@dataclass
class Draft:
    """A trade, in the texts that the ledger reads. Which of two instants a time is may be settled later."""

    ticker: str
    price: str
    quantity: str
    side: str
    timestamp: str | Repeated
    fee: str
    external_id: str
    note: str
    account: str
    currency: str
    fee_currency: str

    def texts(self) -> tuple[str, ...]:
        """In the order of selection.OWN_FIELDS."""
        when = self.timestamp if isinstance(self.timestamp, str) else self.timestamp.instant(0)
        return (
            self.ticker, self.price, self.quantity, self.side, when, self.fee, self.external_id, self.note,
            self.account, self.currency, self.fee_currency,
        )  # fmt: skip


class Drafter:
    """Makes trades of the rows of a table. Refused if it lacks a column that a trade needs."""

    def __init__(
        self, fields: Fields, columns: Mapping[Name, Where], profile: Profile, answers: Answers, marks: bool = True
    ) -> None:
        self.profile, self.symbols, self.all_in = profile, profile.symbols | answers.symbols, answers.currency
        self.plain = (
            unmarked_text if profile.strict and marks else str
        )  # an export of the ledger marks what looks like a formula
        self.code = Memo(lambda text: profile.minor.get(text) or SIGNS.get(text) or normal_currency(text))
        self.ticker = needed("ticker", fields.text(columns.get("ticker"), "ticker"))
        self.quantity = needed("quantity", fields.amount(columns.get("quantity"), "quantity"))
        where = columns.get("price")
        self.divides = isinstance(where, Source) and bool(where.divide)
        self.is_net = isinstance(where, Source) and where.net
        self.price = needed("price", fields.amount(where, "price"))
        self.money = fields.amount(columns.get("amount"), "amount")
        self.fee = FeeReader(fields, columns.get("fee"))
        self.stamp = Times(fields, answers.dates or profile.dates, answers.zone or profile.zone).reader(columns)
        self.currency = fields.text(columns.get("currency"), "currency") or in_pair(fields, columns.get("ticker"))
        self.money_in, self.fee_currency, self.external_id, self.note, self.account = (
            fields.text(columns.get(name), name)
            for name in ("amount_currency", "fee_currency", "external_id", "note", "account")
        )

    def has_amounts(self, row: Row) -> bool:
        """Whether a row has what looks like the quantity and the price of a trade."""
        return all(text.strip("0.-") for text in (self.quantity(row), self.price(row)))

    def is_bare(self, row: Row) -> bool:
        """Whether a row has neither: it is no trade, whatever its other columns have."""
        return not (self.quantity(row) or self.price(row))

    def side_by(self, name: str, row: Row) -> str:
        """The side that the sign of the quantity says, or that of the money."""
        text = self.quantity(row) if name == "quantity" else self.money(row) if self.money else ""
        if side := side_of_sign(name, text):
            return side
        raise Refused("side", f"Is not known, as there is no {name}.")

    def draft(self, row: Row, side: str) -> Draft:
        """The trade of a row; Refused says what is wrong with it."""
        quantity, price = self.quantity(row), self.price(row)
        for name, text in (("quantity", quantity), ("price", price)):
            if not text:
                raise Refused(name, "The row has none.")
        if quantity.startswith("-"):
            if side == "buy" and self.profile.side.by != "amount":
                raise Refused("quantity", f"Is below zero ({quantity}) in a buy. Is it a cancellation?")
            quantity = quantity[1:]
        elif side == "sell" and self.profile.side.sold:
            raise Refused("quantity", f"Is above zero ({quantity}) in a sell. Is it a cancellation?")
        if self.divides:
            price = self.divided(self.without_fee(row, side, price) if self.is_net else price, quantity)
        if price.startswith("-") and not self.profile.strict:
            raise Refused("price", f"Is below zero: {price}.")
        fee = self.fee.of(row, side, quantity, price)
        currency = self.currency_of(row)
        if self.money and not self.divides and (not self.money_in or self.code[self.money_in(row)] == currency):
            check(self.money(row), quantity, price, fee)
        fee_currency = self.code[self.fee_currency(row)] if self.fee_currency and fee.strip("0.-") else ""
        ticker = self.plain(self.ticker(row))
        if not ticker and not self.profile.strict:
            raise Refused("ticker", "The row has none that this layout books. Is it a bond or an option?")
        texts = (get(row) if get else "" for get in (self.external_id, self.note, self.account))
        external_id, note, account = map(self.plain, texts)
        return Draft(
            self.symbols.get(ticker, ticker), price, quantity, side, self.stamp(row), fee, external_id, note, account,
            currency, fee_currency,
        )  # fmt: skip

    def without_fee(self, row: Row, side: str, money: str) -> str:
        """Money of a trade that holds its fee, without it."""
        fee = Decimal(self.fee.of(row, side, "0", "0") or 0)
        return f"{EXACT.add(abs(Decimal(money)), fee if side == 'sell' else -fee):f}"

    def divided(self, money: str, quantity: str) -> str:
        """The price of money for a quantity."""
        if not quantity.strip("0."):
            raise Refused("quantity", "Must be above zero.")
        return quotient(abs(Decimal(money)), Decimal(quantity))

    def currency_of(self, row: Row) -> str:
        """The code of the currency; nothing if neither the row nor a person has said it, and the ledger may choose."""
        text = self.currency(row) if self.currency else ""
        if not text and not self.all_in and not self.profile.strict:
            raise Refused("currency", f"The file does not say what {shown(self.ticker(row))} is priced in.")
        return self.code[text] if text else self.all_in


def side_of_sign(name: str, text: str) -> str:
    """The side that the sign of a quantity or an amount says; nothing if there is none."""
    if not text.strip("0.-"):
        return ""
    return "sell" if text.startswith("-") == (name == "quantity") else "buy"


def check(money: str, quantity: str, price: str, fee: str) -> None:
    """Refused if the money of a trade is not its quantity times its price."""
    if not agree(money, quantity, price, fee):
        question = "Is it in another currency, or a contract of more than one piece?"
        raise Refused("amount", f"{money} is not {quantity} x {price}. {question}")


def agree(money: str, quantity: str, price: str, fee: str) -> bool:
    """Whether the money of a trade is its quantity times its price, more or less its fee; or there is no money."""
    if not money.strip("0.-"):
        return True
    value = abs(EXACT.multiply(Decimal(quantity), Decimal(price)))
    differs = abs(abs(Decimal(money)) - value)
    return differs <= LEAST or differs <= max(SHARE * value, LEAST) + 2 * abs(Decimal(fee or 0))


def needed(name: str, get: Get | None) -> Get:
    """What gives a field that each trade has."""
    if get is None:
        raise Refused(name, "The header has no column of it.")
    return get


def in_pair(fields: Fields, where: Where | None) -> Get | None:
    """What gives the currency that a pair ends with."""
    return fields.text(where, "currency") if isinstance(where, Source) and where.pair else None
