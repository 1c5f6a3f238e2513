"""Which columns of an unknown layout hold quantity, price, amount and fee. Pure."""

from decimal import Decimal
from typing import Any

from .choices import NAMED, WEAK, Sheet
from .columns import Column
from .products import FEE, Product, best_product, factor_of
from .words import score_of, words_of

NOMINAL = {"nominal", "nominale", "nom", "nominaal", "face", "par"}
LOTS = {"volume", "vol", "lots", "lot size", "contracts"}
Ranked = list[tuple[float, Column]]  # the surest first


def choose_numbers(sheet: Sheet) -> Product | None:
    """Quantity, price and amount: those whose product agrees, else by their words."""
    free = [column for column in sheet.columns if column.name not in sheet.taken]
    quantities = sheet.numbers("quantity")
    prices = sheet.numbers("price")
    product = best_product(free) or by_words(sheet, quantities, prices)
    if not product:
        return None
    sheet.take(product.quantity, product.price, product.amount)
    tell_others(sheet, "quantity", product.quantity, quantities)
    if not product.exact:
        tell_weak(sheet, "quantity", product.quantity)
    if product.price and not product.exact:
        tell_weak(sheet, "price", product.price)
    if product.price:
        tell_others(sheet, "price", product.price, prices)
    tell_factors(sheet, product)
    tell_units(sheet, product)
    return product


def by_words(sheet: Sheet, quantities: Ranked, prices: Ranked) -> Product | None:
    """The two columns that are named best; without a price, an amount that is to be divided."""
    pairs = [(q + p, one, two) for q, one in quantities for p, two in prices if one is not two]
    if pairs:
        _, quantity, price = max(pairs, key=lambda pair: pair[0])
        return Product(quantity, price, None)
    amounts = sheet.numbers("amount")
    shares = [(q + a, one, two) for q, one in quantities for a, two in amounts if one is not two and q > NAMED]
    if not shares:
        return None
    _, quantity, amount = max(shares, key=lambda pair: pair[0])
    sheet.doubt("price", f"No column has prices: {amount.name} is divided, with the fees that it may hold.", [amount])
    return Product(quantity, None, amount)


def places(sheet: Sheet, product: Product | None, currency: Any) -> dict[str, Any]:
    """Where quantity, price and amount are. A price with a sign is that of the money, and no price."""
    if not product:
        return {}
    where: dict[str, Any] = {"quantity": product.quantity.name, "price": product.price and product.price.name}
    negative = product.price and any(number and number < 0 for number in product.price.numbers)
    if product.price and negative:
        sheet.doubt("price", f"{product.price.name} has negative prices.", [product.price])
    if product.amount and (not product.price or (negative and [factor for factor, _ in product.factors] == [1])):
        where["price"] = {"divide": product.amount.name}
    elif product.amount:
        where["amount"] = product.amount.name
        if not product.checks and (code := money_code(sheet, product, currency)):
            where["amount_currency"] = {"value": code}
    return where


def money_code(sheet: Sheet, product: Product, currency: Any) -> str:
    """What amounts are in, if those of rows in other currencies are no product: the currency of the rows that agree."""
    column = sheet.named(currency)
    if not (column and product.price and product.amount):
        return ""
    rows = zip(product.quantity.numbers, product.price.numbers, product.amount.numbers, column.cells, strict=True)
    said = [(str(code).strip(), factor_of(q, p, a, FEE) is not None) for q, p, a, code in rows if q and p and a]
    agreed = {code for code, agrees in said if agrees}
    return agreed.pop() if len(agreed) == 1 and not agreed & {code for code, agrees in said if not agrees} else ""


def tell_weak(sheet: Sheet, name: str, column: Column) -> None:
    """A doubt, if the name of the column has more words than those of the field."""
    if score_of(column.title, name) < NAMED:
        sheet.doubt(name, f"The {name} is taken from {column.name}: is it that?", [column])


def tell_others(sheet: Sheet, name: str, chosen: Column, ranked: list[tuple[float, Column]]) -> None:
    """A doubt, if another column has words for this field and other values."""
    others = [column for score, column in ranked if score > WEAK and column.name not in sheet.taken]
    others = [column for column in others if column.numbers != chosen.numbers]
    if others:
        sheet.doubt(name, f"The {name} is {chosen.name}.", [chosen, *others])


def tell_factors(sheet: Sheet, product: Product) -> None:
    """A doubt, if a row's amount is a multiple of its quantity x price."""
    for factor, rows in product.factors:
        if factor != 1 and product.amount and product.price:
            what = "prices in hundredths, as pence?" if factor < 1 else "contracts with a multiplier, as options?"
            times = f"{factor:f} x {product.quantity.name} x {product.price.name}"
            sheet.doubt("amount", f"In {rows} rows {product.amount.name} is {times}: {what}", [product.amount])


def tell_units(sheet: Sheet, product: Product) -> None:
    """A doubt: a quantity of lots or contracts."""
    names = [words_of(column.title) for column in sheet.columns]
    if not product.amount and set(words_of(product.quantity.title).split()) & NOMINAL:
        message = f"{product.quantity.name} may be nominal values of bonds, whose prices are for 100: no amount tells."
        sheet.doubt("quantity", message, [product.quantity])
    if not product.amount and (words_of(product.quantity.title) in LOTS or "contract" in names):
        sheet.doubt("quantity", f"Is {product.quantity.name} in units, or in lots or contracts?", [product.quantity])


def choose_fee(sheet: Sheet) -> dict[str, Any]:
    """A column, or the sum of several, unless one of them is their sum; with the sign of a cost, and its currency."""
    ranked = sheet.ranked("fee", lambda column: column.is_number or column.is_in_units)
    parts = [column for _, column in ranked]
    parts += [column for column in sheet.columns if not column.filled and score_of(column.title, "fee") >= WEAK]
    if not parts:
        sheet.doubt("fee", "No column holds fees: none are booked, and amounts may hold them.")
        return {}
    chosen = [total] if len(parts) > 1 and (total := total_of(parts)) else parts
    sheet.take(*parts)
    if len(parts) > 1 or (ranked and ranked[0][0] < NAMED):
        sheet.doubt("fee", f"The fee is {' + '.join(column.name for column in chosen)}.", parts)
    sign = sign_of_costs(sheet, chosen)
    where: Any = {"sum": [column.name for column in chosen]} if len(chosen) > 1 else {"column": chosen[0].name}
    currency = fee_currency(sheet, chosen[0])
    if chosen[0].is_in_units and not chosen[0].is_number:
        where["pattern"] = "(?P<fee>[^A-Z]*?) ?[A-Z][A-Z0-9]*"
    whole = where | sign
    return {"fee": chosen[0].name if whole == {"column": chosen[0].name} else whole, "fee_currency": currency}


def sign_of_costs(sheet: Sheet, chosen: list[Column]) -> dict[str, str]:
    """Of most of them."""
    numbers = [number for column in chosen for number in column.numbers if number]
    negative = sum(number < 0 for number in numbers)
    if 0 < negative < len(numbers):
        sheet.doubt("fee", "Fees have both signs: is a cost positive, and what is the other?", chosen)
    return {"cost": "negative"} if negative * 2 > len(numbers) else {}


def fee_currency(sheet: Sheet, fee: Column) -> Any:
    """A column of currencies that is named after fees, or after this one; or the units behind the numbers."""
    if fee.units:
        sheet.doubt("fee_currency", f"{fee.name} is in {', '.join(sorted(fee.units))}, as its cells say.", [fee])
        return {"column": fee.name, "pattern": "[^A-Z]*(?P<fee_currency>[A-Z][A-Z0-9]*)"}
    own = [column for column in sheet.columns if column.is_currency and words_of(fee.title) in words_of(column.title)]
    named = [column for score, column in sheet.ranked("fee_currency", lambda column: column.is_coin) if score > NAMED]
    found = own or named or right_of(sheet, fee)
    sheet.take(*found[:1])
    return found[0].name if found else None


def right_of(sheet: Sheet, fee: Column) -> list[Column]:
    """The column of currencies right of it, where columns have theirs beside them: without a name, or of one name."""
    names = [column.name for column in sheet.columns]
    for column in sheet.columns[names.index(fee.name) + 1 :][:1]:
        if column.is_currency and (column.name != column.title or f"{column.name}#2" in names):
            return [column]
    return []


def tell_fee_currency(sheet: Sheet, chosen: dict[str, Any]) -> None:
    """A doubt, if fees name no currency and may be in another than the price."""
    currencies = {text for column in sheet.columns if column.is_currency for text in column.texts}
    in_pairs = isinstance(chosen.get("ticker"), dict) and "pair" in chosen["ticker"]
    if chosen.get("fee") and not chosen.get("fee_currency") and (in_pairs or len(currencies) > 1):
        message = "Fees name no currency: they are booked in that of the price."
        coins = " Exchanges often take them from what is bought." if in_pairs else ""
        sheet.doubt("fee_currency", f"{message}{coins}")


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
