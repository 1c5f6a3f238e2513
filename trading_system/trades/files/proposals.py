"""A profile for a layout that no profile fits, from the words of its header and the forms of its values. Pure.

It is a proposal: whatever was chosen between several, and whatever was not understood, is in its doubts, and a person
decides. A row's word that is not surely a buy or a sell is never taken for one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .amounts import SIGNS, NumberStyle
from .cash import cash_in, fee_beside_cash, trades_in_cash
from .cells import Cell
from .choices import (
    Doubt,
    Sheet,
    choose_id,
    choose_ticker,
    choose_time,
    empty_in,
    tell_accounts,
    zone_in_names,
)
from .coin_fees import fees_in_coins
from .columns import Column, is_moment
from .header import names_of
from .legs import only_one_leg
from .money import choose_currency, money_beside
from .nets import told_net
from .products import Product, best_product
from .roundtrips import parts_of_positions, round_trip_in
from .sentences import best_sentence, named_in, sentence_sides, told_by
from .sides import asked_side, narrowed, side_column, sides_of
from .sums import choose_fee, choose_numbers, places, tell_fee_currency
from .swaps import parts_of, swap_in
from .table_bounds import NEEDED, Rows, named_section, section
from .traps import options_in, tell_costs, tell_what_takes_back


@dataclass(frozen=True)
class Proposal:
    """`profile` as in a profile's TOML; `missing`: needed fields that nothing was found for."""

    profile: dict[str, Any]
    doubts: tuple[Doubt, ...]
    missing: tuple[str, ...]

    @property
    def what_is_missing(self) -> str:
        """In a sentence; nothing if it is complete."""
        names = " or the ".join(self.missing)
        return f"No column is known to be the {names}: say which it is." if names else ""


def propose(header: Sequence[str], rows: Rows) -> Proposal:
    """For a table under this header; the more rows, the better."""
    names = list(names_of(header))
    table, ends = section(rows)
    table, of_section = named_section(names, table)
    filled = [[*row, *[""] * len(names)] for row in table if any(cell != "" for cell in row)]
    decimal, told = decimal_of(names, filled)
    columns = columns_of(names, filled, decimal)
    side = side_column(columns)
    only, trades, doubts = narrowed(columns, side, len(filled))
    if swap := swap_in(all_rows := Sheet(columns, doubts)):
        return finished(all_rows, {**ends, **told, "only": of_section | only, **parts_of(all_rows, swap)}, None)
    sheet = Sheet([column.of(trades) for column in columns], doubts)
    if leg := only_one_leg(sheet, side and side.of(trades)):
        only |= leg
        sheet = Sheet(rows_with(sheet.columns, leg), doubts)
    sheet.take(side, *(column for column in columns if column.name in only))
    return whole(sheet, Sheet(columns), side, {**ends, **told, "only": of_section | only})


def columns_of(names: list[str], rows: list[list[Cell]], decimal: str | None) -> list[Column]:
    return [Column(name, [row[at] for row in rows], decimal) for at, name in enumerate(names) if name]


def rows_with(columns: list[Column], only: dict[str, list[str]]) -> list[Column]:
    """The rows in which each of these columns has one of its words."""
    known = [(column, words) for column in columns if (words := only.get(column.name))]
    rows = range(len(columns[0].cells))
    left = [row for row in rows if all(str(column.cells[row]).strip() in words for column, words in known)]
    return [column.of(left) for column in columns]


def decimal_of(names: list[str], rows: list[list[Cell]]) -> tuple[str | None, dict[str, str]]:
    """The decimal sign that all texts allow, or with which quantity x price is the amount: that is told."""
    style = NumberStyle()
    for cell in (cell for row in rows for cell in row if isinstance(cell, str)):
        if any(letter.isdigit() for letter in cell) and not is_moment(cell):
            style.add(cell)
    settled = style.settled()
    if settled.decimal or not settled.doubt:
        return settled.decimal if style.against else None, {}  # of whole numbers alone nothing is known
    products = {sign: best_product(columns_of(names, rows, sign)) for sign in SIGNS}
    agree = [sign for sign, found in products.items() if found and found.exact]
    return (agree[0], {"decimal": agree[0]}) if len(agree) == 1 else (None, {})


def whole(sheet: Sheet, all_rows: Sheet, side: Column | None, given: dict[str, Any]) -> Proposal:
    """All that is chosen, in the order in which columns are taken from the sheet."""
    if trip := round_trip_in(sheet):
        return finished(sheet, {**given, **parts_of_positions(sheet, all_rows, trip)}, None)
    chosen: dict[str, Any] = choose_time(sheet)
    given |= zone_in_names(chosen)
    cash = None if side else cash_in(sheet)
    sheet.take(*(cash or ()))
    product = choose_numbers(sheet)
    sentence = None if product else best_sentence(all_rows)
    chosen["ticker"], sentence = instrument_in(sheet, side, sentence)
    ticker = chosen["ticker"]
    if not (sentence and "<currency>" in sentence["pattern"]):
        chosen["currency"] = choose_currency(sheet, product, ticker)
    chosen |= places(sheet, product, chosen.get("currency")) | money_beside(chosen.get("currency"))
    chosen |= choose_fee(sheet) if not cash else fee_beside_cash(sheet, cash)
    if not (in_coins := fees_in_coins(sheet, sheet.named(side and side.name), product, chosen)):
        tell_fee_currency(sheet, chosen)
    chosen |= told_net(sheet, sheet.named(side and side.name), product, chosen)
    identity = choose_id(sheet)
    chosen |= {"external_id": identity and identity.name, "note": first(sheet, "note", lambda one: not one.is_number)}
    by_words, sides = sides_in(sheet, all_rows, side, product, sentence, cash)
    chosen["side"] = by_words and by_words.name
    if in_coins:
        sides["trade"] = in_coins
    if cash:
        sides["trade"] = trades_in_cash(cash, bool(sentence), bool(chosen.get("fee")))
    tell_accounts(sheet)
    empty = [] if sentence else empty_in(sheet, ticker)
    if more := ({"empty": empty} if empty else {}) | options_in(sheet, ticker, "amount" in chosen):
        sides["left_out"] = sides.get("left_out", {}) | more
    columns = {name: where for name, where in chosen.items() if where}
    tell_what_takes_back(sheet, side)
    tell_costs(sheet, {*names_in(columns)})
    return finished(sheet, {**given, "columns": columns, **sides}, sentence)


def instrument_in(
    sheet: Sheet, side: Column | None, sentence: dict[str, str] | None
) -> tuple[Any, dict[str, str] | None]:
    """The column of instruments, and the sentence of trades; names beside sides make one where nothing else tells."""
    if sentence and "<ticker>" in sentence["pattern"]:
        return None, sentence
    ticker = choose_ticker(sheet, [column for column in sheet.columns if column.is_currency])
    if side and not (ticker or sentence) and (pattern := named_in(side)):
        sheet.doubt("ticker", f"{side.name} has names of instruments, and no symbols.", [side])
        return None, {"column": side.name, "pattern": pattern}
    return ticker, sentence


def sides_in(
    sheet: Sheet, all_rows: Sheet, side: Column | None, product: Product | None, sentence: Any, cash: Any
) -> tuple[Column | None, dict[str, Any]]:
    """The column of words for sides, and the tables that say what they are."""
    if sentence and side and side.name != sentence["column"]:
        sentence["pattern"] = sentence["pattern"].replace("?P<side>", "?:")
    if sentence and "<side>" in sentence["pattern"]:
        return None, sentence_sides(sheet, sentence)
    if cash:
        return side, {}
    sides = sides_of(sheet, all_rows, side, product)
    return (side, sides) if sides else (asked_side(sheet), {})


def first(sheet: Sheet, name: str, fits: Callable[[Column], bool]) -> str | None:
    """The surest column that is left for a field that needs no more than this."""
    found = [column for score, column in sheet.ranked(name, fits)][:1]
    sheet.take(*found)
    return found[0].name if found else None


def finished(sheet: Sheet, parts: dict[str, Any], sentence: dict[str, str] | None) -> Proposal:
    """With the names by which the layout is known again: those that are used."""
    used = {*names_in(parts["columns"]), *parts["only"], *([sentence["column"]] if sentence else [])}
    trades: list[dict[str, Any]] = parts.get("trade", [])
    used |= {name for trade in trades for name in (*names_in(trade.get("columns", {})), *trade.get("when", ()))}
    header = list(dict.fromkeys(column.title for column in sheet.columns if column.name in used and column.title))
    profile = {"header": header, **parts, **(told_by(sheet, sentence) if sentence else {})}
    known = {
        *parts["columns"],
        *(["side"] if parts.get("side") or parts.get("trade") else []),
        *(["timestamp"] if "date" in parts["columns"] else []),
    }
    known |= {field for field in NEEDED if sentence and f"<{field}>" in sentence["pattern"]}
    missing = tuple(field for field in NEEDED if field not in known)
    return Proposal({name: part for name, part in profile.items() if part}, tuple(sheet.doubts), missing)


def names_in(columns: dict[str, Any]) -> list[str]:
    """The columns that a table `columns` names."""
    names: list[str] = []
    for where in columns.values():
        if isinstance(where, str):
            names.append(where)
        else:
            names += [
                *where.get("sum", ()),
                *(where[key] for key in ("column", "pair", "divide", "suffix_of", "difference") if key in where),
            ]
    return names
