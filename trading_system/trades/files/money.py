"""In which currency the prices of an unknown layout are: by a column, a sign, a name, or the exchange. Pure."""

import re
from decimal import Decimal
from typing import Any

from reference.currencies import major, minor

from .choices import Sheet
from .columns import CODES, Column
from .products import Product
from .words import score_of, words_of

IN_TITLE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
EURO_IN_TITLE = re.compile(r"€|\beuro\b", re.IGNORECASE)
EURO = (".DE", ".FR", ".NL", ".ES", ".IT", ".BE", ".PT", ".FI", ".AT", ".IE", ".PA", ".AS", ".MI", ".MC")
SUFFIXES = {".US": "USD", ".HK": "HKD", ".PL": "PLN", ".CZ": "CZK", ".DK": "DKK", ".NO": "NOK", ".SE": "SEK",
            ".CH": "CHF", ".AX": "AUD", ".TO": "CAD", **dict.fromkeys(EURO, "EUR")}  # fmt: skip
IN_PENCE = re.compile(r"\(p\)|\bpence\b|GBX|GBp")
CODE = re.compile("[A-Z]{3}")


def choose_currency(sheet: Sheet, product: Product | None, ticker: Any) -> Any:
    """A column; else what the names of columns, signs of money, or pairs of symbols say; none if nothing does."""
    ranked = sheet.ranked("currency", lambda column: column.is_currency or is_named_currency(column))
    ranked = ranked or [(1.0, column) for column in beside(sheet, product)]
    if ranked:
        of_price = words_of(product.price.title) if product and product.price else ""
        chosen = max(ranked, key=lambda one: (bool(of_price) and of_price in words_of(one[1].title), one[0]))[1]
        sheet.take(chosen)
        if (code := in_title(product)) and {word.upper() for word in chosen.words} != {code}:
            sheet.doubt("currency", f"All prices are in {code}, as the name of their column says.", [chosen])
            return {"value": code}
        others = [column for _, column in ranked if column.texts != chosen.texts]
        if others:
            sheet.doubt("currency", f"The currency of a price is that of {chosen.name}.", [chosen, *others])
        if product and product.price and IN_PENCE.search(product.price.title):
            message = f"{product.price.name} looks like pence, but prices are booked in that of {chosen.name}."
            sheet.doubt("currency", message, [chosen])
        if not chosen.is_currency:
            sheet.doubt("currency", f"{', '.join(chosen.words)} in {chosen.name} is no known currency.", [chosen])
        return chosen.name
    if isinstance(ticker, dict) and "pair" in ticker:
        return None
    return told_currency(sheet, product) or by_suffix(sheet, ticker)


def in_title(product: Product | None) -> str:
    """The currency that the name of the column of prices says, or of the money that is divided to be prices."""
    money = (product.price or product.amount) if product else None
    codes = [code for code in IN_TITLE.findall(money.title) if code in CODES] if money else []
    return codes[0] if codes else "EUR" if money and EURO_IN_TITLE.search(money.title) else ""


def is_named_currency(column: Column) -> bool:
    named = score_of(column.title, "currency") > 0.5
    return named and column.share(lambda cell: CODE.fullmatch(str(cell).strip())) == 1


def beside(sheet: Sheet, product: Product | None) -> list[Column]:
    """The columns without a name that are right of price and amount, and hold currencies."""
    left = [f"{column.name}+1" for column in (product.price, product.amount) if column] if product else []
    return [column for name in left for column in sheet.columns if column.name == name and column.is_currency]


def told_currency(sheet: Sheet, product: Product | None) -> Any:
    """What the name of a column or a sign says of all prices; a doubt in any case."""
    money = [column for column in (product.price, product.amount) if column] if product else []
    titles = [code for column in money for code in IN_TITLE.findall(column.title) if code in CODES]
    signs = [column.money for column in money if column.money]
    if not titles and not signs:
        return None
    code = [*titles, *signs][0]
    if not titles and all(column.is_in_dollars for column in money if column.money):
        sheet.doubt("currency", "Amounts have the sign $, which several currencies share.")
        return None
    if product and product.price and minor(code) != code and is_in_pence(product):
        message = f"Prices are in hundredths of {code} ({minor(code)}), as {product.price.name} tells."
        sheet.doubt("currency", message, [product.price])
        return {"value": minor(code)}
    sheet.doubt("currency", f"All prices are in {code}: {'the name of a column says so' if titles else 'by the sign'}.")
    return {"value": code}


def is_in_pence(product: Product) -> bool:
    """Whether its name says so, or each amount is a hundredth of quantity x price."""
    named = product.price and IN_PENCE.search(product.price.title)
    return bool(named) or [factor for factor, _ in product.factors] == [Decimal("0.01")]


def money_beside(currency: Any) -> dict[str, Any]:
    """What amounts are in, where prices are in hundredths of it."""
    code = currency.get("value", "") if isinstance(currency, dict) else ""
    return {"amount_currency": {"value": major(code)}} if major(code) != code else {}


def by_suffix(sheet: Sheet, ticker: Any) -> Any:
    """By the exchange at the end of each symbol (SAP.DE), as far as its currency is known; a doubt in any case."""
    column = sheet.named(ticker)
    ends = {f".{text.rpartition('.')[2]}" for text in column.texts if "." in text} if column else set()
    words = {end: SUFFIXES[end] for end in sorted(ends) if end in SUFFIXES}
    if not words and any(doubt.field == "currency" for doubt in sheet.doubts):
        return None
    if not words:
        sheet.doubt("currency", "Nothing says in which currency the prices are.")
        return None
    said = ", ".join(f"{end} {code}" for end, code in words.items())
    sheet.doubt("currency", f"The currency is that of the exchange at the end of {ticker}: {said}.")
    return {"suffix_of": ticker, "words": words}
