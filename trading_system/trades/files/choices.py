"""Which columns of an unknown layout hold which field, by the words of their names and the forms of their values. Pure.

A choice between columns that fit alike is made by the order of words, and told as a doubt: a person looks at it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .columns import AS_OF, CODES, Column
from .products import Product, best_product
from .words import LATE, score_of, words_of

SYMBOL = score_of("ISIN", "ticker")  # surer words name a symbol, others a code of a country, a company, or a product
WEAK = 0.7  # words below it, such as "ref" for an id, are a doubt
LITTLE = 0.05  # a column without words that has the form of its field
QUOTES = ("USDT", "USDC", "BUSD", "FDUSD", "TUSD", "USD", "EUR", "GBP", "BTC", "ETH", "BNB", "TRY", "JPY", "AUD", "BRL")
PAIR = re.compile(rf"[A-Z0-9]{{2,10}}[-/_ ]?(?:{'|'.join(QUOTES)})")
IN_TITLE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")


@dataclass(frozen=True)
class Doubt:
    """What a person should look at: a field, a sentence, and what could be chosen instead."""

    field: str
    message: str
    options: tuple[str, ...] = ()


@dataclass
class Sheet:
    """The columns of the rows that look like trades; what has been chosen takes a column out of the choice."""

    columns: list[Column]
    doubts: list[Doubt] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def take(self, *columns: Column | None) -> None:
        self.taken |= {column.name for column in columns if column}

    def doubt(self, name: str, message: str, options: Iterable[Column] = ()) -> None:
        self.doubts.append(Doubt(name, message, tuple(column.name for column in options)))

    def ranked(self, name: str, fits: Callable[[Column], bool], least: float = 0.0) -> list[tuple[float, Column]]:
        """The columns that are left and fit, the surest first; those without words have `least`."""
        free = [column for column in self.columns if column.name not in self.taken and column.filled]
        scored = [(max(score_of(column.title, name), least), column) for column in free if fits(column)]
        return sorted((one for one in scored if one[0] > 0), key=lambda one: -one[0])


def choose_time(sheet: Sheet) -> dict[str, Any]:
    """One column with date and time; or a date and a time of day; or a date alone."""

    def is_time(column: Column) -> bool:
        return column.is_moment and not (column.is_number and not score_of(column.title, "timestamp"))

    days = [(0.01 if words_of(column.title) in LATE else score, column) for score, column in
            sheet.ranked("timestamp", is_time, LITTLE)]  # fmt: skip
    days.sort(key=lambda one: -one[0])
    clocks = sheet.ranked("timestamp", lambda column: column.is_clock and not column.is_moment, LITTLE)
    whole = [one for one in days if one[1].has_time]
    if not days:
        return {}
    best, chosen = days[0]
    if whole and (whole[0][1] is chosen or not clocks or whole[0][0] > best - 0.1):
        chosen, clocks = whole[0][1], []
    others = [column for _, column in days if column is not chosen and column.cells != chosen.cells]
    if others:
        sheet.doubt("timestamp", f"The time of a trade is that of {chosen.name}.", [chosen, *others])
    sheet.take(*(column for _, column in days), *(column for _, column in clocks[:1]))
    zones = sheet.ranked("zone", lambda column: column.is_zone)
    sheet.take(*(column for _, column in zones[:1]))
    where = moment_in(sheet, chosen)
    found = {"date": where, "time": clocks[0][1].name} if clocks else {"timestamp": where}
    return found | ({"zone": zones[0][1].name} if zones else {})


def moment_in(sheet: Sheet, column: Column) -> Any:
    """The column, or the part of its cells that says when a posted trade was made."""
    if not any(AS_OF.match(text) for text in column.texts):
        return column.name
    sheet.doubt("timestamp", f"In {column.name} the day after 'as of' is taken.", [column])
    return {"column": column.name, "pattern": "(?:.* as of )?(?P<timestamp>.*)"}


def choose_numbers(sheet: Sheet) -> Product | None:
    """Quantity, price and amount: those whose product agrees, else by their words."""
    free = [column for column in sheet.columns if column.name not in sheet.taken]
    product = best_product(free)
    quantities = sheet.ranked("quantity", lambda column: column.is_number)
    prices = sheet.ranked("price", lambda column: column.is_number)
    if not product:
        pairs = [(q + p, one, two) for q, one in quantities for p, two in prices if one is not two]
        if not pairs:
            return None
        _, quantity, price = max(pairs, key=lambda pair: pair[0])
        product = Product(quantity, price, None)
    sheet.take(product.quantity, product.price, product.amount)
    tell_others(sheet, "quantity", product.quantity, quantities)
    tell_others(sheet, "price", product.price, prices)
    tell_factors(sheet, product)
    return product


def tell_others(sheet: Sheet, name: str, chosen: Column, ranked: list[tuple[float, Column]]) -> None:
    """A doubt, if another column has words for this field and other values."""
    others = [column for score, column in ranked if score > WEAK and column.name not in sheet.taken]
    others = [column for column in others if column.numbers != chosen.numbers]
    if others:
        sheet.doubt(name, f"The {name} is {chosen.name}.", [chosen, *others])


def tell_factors(sheet: Sheet, product: Product) -> None:
    """A doubt, if a row's amount is a multiple of its quantity x price."""
    for factor, rows in product.factors:
        if factor != 1 and product.amount:
            what = "prices in hundredths, as pence?" if factor < 1 else "contracts with a multiplier, as options?"
            times = f"{factor:f} x {product.quantity.name} x {product.price.name}"
            sheet.doubt("amount", f"In {rows} rows {product.amount.name} is {times}: {what}", [product.amount])


def choose_ticker(sheet: Sheet, currencies: list[Column]) -> Column | None:
    """A symbol; else an ISIN; else the coin, which some exchanges call the currency; else a name."""

    def fits(column: Column) -> bool:
        currency = column.is_currency and score_of(column.title, "currency") > score_of(column.title, "ticker")
        return bool(column.texts) and not (column.is_moment or currency)

    found = sheet.ranked("ticker", lambda column: fits(column) and not column.is_isin)
    isins = sheet.ranked("ticker", lambda column: column.is_isin, WEAK)
    quotes = [column for column in currencies if "quote" in words_of(column.title)]
    coins = [column for column in currencies if column not in quotes] if quotes else []
    others = [one for one in found if one[0] <= SYMBOL]
    for ranked in ([one for one in found if one[0] > SYMBOL], [(1.0, column) for column in coins], isins, others):
        if ranked:
            if ranked is others:
                sheet.doubt(
                    "ticker", f"No column has symbols: {ranked[0][1].name} is taken.", [column for _, column in found]
                )
            sheet.take(ranked[0][1])
            return ranked[0][1]
    return None


def choose_currency(sheet: Sheet, product: Product | None, ticker: Column | None) -> Any:
    """A column; else what the names of columns, signs of money, or pairs of symbols say; none if nothing does."""
    ranked = sheet.ranked("currency", lambda column: column.is_currency)
    if ranked:
        _, chosen = ranked[0]
        sheet.take(chosen)
        others = [column for _, column in ranked[1:] if column.texts != chosen.texts]
        if others:
            sheet.doubt("currency", f"The currency of a price is that of {chosen.name}.", [chosen, *others])
        return chosen.name
    if ticker and ticker.share(lambda cell: PAIR.fullmatch(str(cell).strip())) == 1:
        return None
    money = [column for column in (product.price, product.amount) if column] if product else []
    titles = [code for column in money for code in IN_TITLE.findall(column.title) if code in CODES]
    signs = [column.money for column in money if column.money]
    if not titles and not signs:
        sheet.doubt("currency", "Nothing says in which currency the prices are.")
        return None
    code = [*titles, *signs][0]
    sheet.doubt("currency", f"All prices are in {code}: {'the name of a column says so' if titles else 'by the sign'}.")
    return {"value": code}


def choose_fee(sheet: Sheet) -> dict[str, Any]:
    """A column, or the sum of several, unless one of them is their sum; with the sign of a cost, and its currency."""
    parts = [column for _, column in sheet.ranked("fee", lambda column: column.is_number)]
    if not parts:
        sheet.doubt("fee", "No column holds fees: none are booked.")
        return {}
    chosen = [total] if len(parts) > 1 and (total := total_of(parts)) else parts
    sheet.take(*parts)
    if len(parts) > 1:
        sheet.doubt("fee", f"The fee is {' + '.join(column.name for column in chosen)}.", parts)
    sign = sign_of_costs(sheet, chosen)
    where: Any = {"sum": [column.name for column in chosen]} if len(chosen) > 1 else {"column": chosen[0].name}
    currency = fee_currency(sheet, chosen[0])
    return {"fee": where | sign if sign or len(chosen) > 1 else chosen[0].name, "fee_currency": currency}


def sign_of_costs(sheet: Sheet, chosen: list[Column]) -> dict[str, str]:
    """Of most of them."""
    numbers = [number for column in chosen for number in column.numbers if number]
    negative = sum(number < 0 for number in numbers)
    if 0 < negative < len(numbers):
        sheet.doubt("fee", "Fees have both signs: is a cost positive, and what is the other?", chosen)
    return {"cost": "negative"} if negative * 2 > len(numbers) else {}


def fee_currency(sheet: Sheet, fee: Column) -> str | None:
    """A column of currencies that is named after fees, or after this one."""
    own = [column for column in sheet.columns if column.is_currency and words_of(fee.title) in words_of(column.title)]
    found = own or [column for _, column in sheet.ranked("fee_currency", lambda column: column.is_currency)]
    sheet.take(*found[:1])
    return found[0].name if found else None


def total_of(parts: list[Column]) -> Column | None:
    """The column that is the sum of the others in each row."""
    rows = list(zip(*(column.numbers for column in parts), strict=True))
    for place, column in enumerate(parts):
        sums = [
            (row[place] or Decimal(0)) * 2 - sum((number or Decimal(0) for number in row), Decimal(0)) for row in rows
        ]
        if any(column.numbers) and not any(sums):
            return column
    return next((column for column in parts if "total" in words_of(column.title)), None)


def choose_id(sheet: Sheet) -> Column | None:
    """An id that each row has for itself; an order's is none."""
    ranked = sheet.ranked("external_id", lambda column: column.is_unique and not column.is_moment)
    if not ranked:
        return None
    score, chosen = ranked[0]
    sheet.take(chosen)
    if score < WEAK or len(ranked) > 1:
        sheet.doubt(
            "external_id",
            f"{chosen.name} is taken as the id of a fill: each row has another.",
            [one for _, one in ranked],
        )
    return chosen
