"""Which rows of an unknown layout are trades, and which of them buy and sell, by the words of their kinds. Pure.

A word that is not surely one or the other is a doubt, with the number of its rows; no row is dropped without its word.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from .choices import NAMED, Doubt, Sheet
from .columns import Column
from .kinds import DONE, DOUBTFUL, LONG, NOT_DONE, TRADE, beginning
from .products import Product
from .words import score_of, word_set, words_of

CLASSES = ("buy", "sell", "leave out")
HALF = 0.5  # of the rows of a side column without a known name
LETTERS = 2  # words of so many say nothing in such a column
SIDES = ("buy", "sell")
DISTINCT = 12  # words of a column of kinds
DESCRIPTION = score_of("Description", "side")  # the least sure name: a text of any kind
KINDS = word_set("type class category mercado market asset instrument product anlageklasse kategorie")
PARTLY = word_set("partial partially teilweise partiel parcial parziale")
SUMS = word_set("total subtotal totals summe totaal totale")
DERIVED = word_set(
    "option options opt call put calls puts future futures fut forex cash warrant warrants fx fop vertical spread "
    "optionen optie opties opciones opcao opcoes termo futuros"
)


def has_any(word: str, known: Iterable[str]) -> bool:
    return bool(set(words_of(word).split()) & set(known))


def side_column(columns: list[Column]) -> Column | None:
    """The column whose words say buy or sell in most rows."""

    def rank(column: Column) -> float:
        said = column.rows_of("buy", "sell", "left") / len(column.filled)
        many = len(column.words) > DISTINCT and len(column.words) * 2 > len(column.filled)
        return 2 * said + score_of(column.title, "side") - many

    def fits(column: Column) -> bool:
        if not column.texts or not column.rows_of("buy", "sell"):
            return False
        letters = sum(count for word, count in column.words.items() if len(word) <= LETTERS)
        return score_of(column.title, "side") > 0 or column.rows_of("buy", "sell") - letters >= HALF * len(
            column.filled
        )

    return max(filter(fits, columns), key=rank, default=None)


def narrowed(
    columns: list[Column], side: Column | None, rows: int
) -> tuple[dict[str, list[str]], list[int], list[Doubt]]:
    """The words of other columns that rows of trades have (done, not canceled; trades, not money), and those rows."""
    left = [row for row in range(rows) if side.class_at(row) in SIDES] if side else with_quantity(columns, rows)
    only: dict[str, list[str]] = {}
    doubts: list[Doubt] = []
    for column in columns:
        trades = column.of(left)
        if column is side or not trades.texts:
            continue
        words = telling(trades, column) or plain_kinds(trades, doubts)
        parts = [word for word in trades.words if has_any(word, PARTLY) and word not in words]
        back = [word for word in trades.words if has_any(word, DOUBTFUL | NOT_DONE) and has_any(word, TRADE)]
        if words and back and not set(back) & set(words):
            message = f"Rows with {', '.join(back)} in {column.name} are left out: do they take trades back?"
            doubts.append(Doubt("only", message, tuple(back)))
        if words and parts:
            message = f"Rows with {', '.join(parts)} in {column.name} are left out: part of them may be trades."
            doubts.append(Doubt("only", message, tuple(parts)))
        if not words and score_of(column.title, "status") >= NAMED and 1 < len(trades.words) <= DISTINCT:
            doubts.append(
                Doubt("only", f"Which of {', '.join(trades.words)} in {column.name} are trades?", tuple(trades.words))
            )
        if words:
            only[column.name] = words
            left = [row for row in left if str(column.cells[row]).strip() in words]
    return only, left, doubts


def with_quantity(columns: list[Column], rows: int) -> list[int]:
    """Where no word tells trades from other rows, those that have a quantity; all if no column is surely one."""
    surely = [column for column in columns if column.is_number and score_of(column.title, "quantity") > NAMED]
    return [row for row in range(rows) if not surely or any(column.numbers[row] for column in surely)]


def plain_kinds(trades: Column, doubts: list[Doubt]) -> list[str]:
    """The words beside those of options and other contracts, whose units and multipliers the file may not tell."""
    named = has_any(trades.title, KINDS)
    derived = [word for word in trades.words if words_of(word) in DERIVED or (named and has_any(word, DERIVED))]
    others = [word for word in trades.words if word not in derived]
    if not derived or not others or len(trades.words) > DISTINCT:
        return []
    message = f"Rows with {', '.join(derived)} in {trades.name} are left out: their units are not known."
    doubts.append(Doubt("only", message, (trades.name,)))
    return others


def telling(trades: Column, whole: Column) -> list[str]:
    """The words of a column of states, or of kinds, that mean a trade; none if it does not matter."""
    if score_of(whole.title, "status"):
        done = [word for word in trades.words if has_any(word, DONE) and not has_any(word, NOT_DONE)]
        return done if trades.share(lambda cell: has_any(str(cell), DONE | NOT_DONE)) == 1 else []
    sums = [word for word in trades.words if words_of(word).replace(" ", "") in SUMS]
    if sums and len(trades.words) <= DISTINCT:
        return [word for word in trades.words if word not in sums]
    if score_of(whole.title, "side") > DESCRIPTION and len(whole.words) <= DISTINCT:
        named = [word for word in trades.words if has_any(word, TRADE) and len(words_of(word).split()) < 3]
        named = [word for word in named if not has_any(word, DOUBTFUL | NOT_DONE)]
        if named and len(whole.words) > len(named):
            return named
        if any(kind == "left" for kind in trades.classes.values()):
            return [word for word, kind in trades.classes.items() if kind != "left"]
    return []


def sides_of(sheet: Sheet, all_rows: Sheet, side: Column | None, product: Product | None) -> dict[str, Any]:
    """The tables `side` and `left_out` of a profile."""
    if side is None:
        by = sign_of(sheet, product)
        return {"side": {"by": by}} if by else {}
    if not score_of(side.title, "side"):
        sheet.doubt("side", f"{side.name} says what is bought and sold.", [side])
    words: dict[str, list[str]] = {"buy": [], "sell": [], "left": []}
    unknown: Counter[str] = Counter()
    for word, rows in side.words.most_common():
        kind = side.classes[word]
        if kind:
            words[kind].append(shortened(side, word))
        elif looks_like_trade(all_rows, side, word, product):
            unknown[shortened(side, word)] += rows
    for word, rows in unknown.items():
        sheet.doubts.append(Doubt("side", f"What is {word}? ({rows} rows)", CLASSES, word))
    found = {kind: list(dict.fromkeys(known)) for kind, known in words.items()}
    return {"side": {"buy": found["buy"], "sell": found["sell"]}} | left_out(found["left"])


def left_out(words: list[str]) -> dict[str, Any]:
    return {"left_out": {"words": words}} if words else {}


def shortened(column: Column, word: str) -> str:
    """Of a column of texts, which begin alike and go on to name things: the beginning, and a star."""
    begins = Counter(beginning(other) for other in column.words if len(other.split()) > LONG)
    texts = any(count > 1 for count in begins.values())
    return f"{beginning(word)}*" if texts and len(word.split()) > LONG else word


def looks_like_trade(sheet: Sheet, side: Column, word: str, product: Product | None) -> bool:
    """Has a row with this word a quantity and a price?"""
    needed = [one.name for one in (product.quantity, product.price or product.amount) if one] if product else []
    numbers = [column.numbers for column in sheet.columns if column.name in needed]
    rows = [row for row, cell in enumerate(side.cells) if isinstance(cell, str) and cell.strip() == word]
    return any(all(column[row] for column in numbers) for row in rows)


def sign_of(sheet: Sheet, product: Product | None) -> str | None:
    """Without words: by the sign of the quantity, or of the money; none if neither has both signs."""
    if product and both_signs(product.quantity):
        return "quantity"
    if product and product.amount and both_signs(product.amount):
        sheet.doubt("side", f"Negative {product.amount.name} is a buy, positive a sell.", [product.amount])
        return "amount"
    return None


def asked_side(sheet: Sheet) -> Column | None:
    """Where neither words nor signs are known, the column that is named so: what its words are is asked."""
    found = [column for column in sheet.columns if 1 < len(column.words) <= DISTINCT and not column.is_number]
    asked = max(found, key=lambda column: score_of(column.title, "side"), default=None)
    if asked and score_of(asked.title, "side") > NAMED:
        return asked
    sheet.doubt("side", "Nothing says which rows are buys and which are sells.")
    return None


def both_signs(column: Column) -> bool:
    return {number > 0 for number in column.numbers if number} == {True, False}
