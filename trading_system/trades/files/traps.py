"""What a proposal leaves out or tells, lest it be booked wrong in silence: options, costs, what takes back. Pure."""

import re
from typing import Any

from .choices import Sheet
from .columns import Column
from .kinds import DOUBTFUL, NOT_DONE
from .patterns import compiled
from .sides import DISTINCT, has_any
from .words import word_set, words_of

OPTION = r"[.\-]?[A-Z]{1,6} *\d{6}[CP][\d.]+|[A-Z]{1,6} \d{1,2}/\d{1,2}/\d{2,4} .*|[A-Z]{1,6} \d{1,2}[A-Z]{3}\d{2} .*"
SYMBOL = re.compile(r"[A-Z]{1,5}")
COSTS = word_set("rebate rebates tax taxes steuer steuern quellensteuer taxe impuesto swap rollover")


def options_in(sheet: Sheet, ticker: Any, checked: bool) -> dict[str, Any]:
    """The table `left_out.like` of rows whose symbols are those of options.

    It is there too where options may come later in the file, if its money is not checked against quantity x price.
    """
    column = sheet.named(ticker)
    found = [text for text in column.texts if compiled(OPTION).fullmatch(text)] if column else []
    like = {"like": {"options": {"column": ticker, "pattern": OPTION}}}
    if not column or not found:
        return like if column and not checked and any(SYMBOL.fullmatch(text) for text in column.texts) else {}
    message = f"Rows with symbols of options, as {found[0]}, are left out: a contract is more than one piece."
    sheet.doubt("left_out", message, [column])
    return like


def tell_costs(sheet: Sheet, used: set[str]) -> None:
    """A doubt, if a column of other costs, or of rebates, is in no trade."""
    for column in sheet.columns:
        named = set(words_of(column.title).split()) & COSTS
        if named and column.name not in used and column.is_number and any(column.numbers):
            sheet.doubt("fee", f"{column.name} is in no trade, and no part of the fee.", [column])


def tell_what_takes_back(sheet: Sheet, side: Column | None) -> None:
    """A doubt, if a sign says the side, and words of another column that some rows take trades back."""
    for column in sheet.columns if side is None else ():
        words = [word for word in column.words if has_any(word, DOUBTFUL | NOT_DONE)]
        if words and len(column.words) <= DISTINCT:
            message = f"Rows with {', '.join(words)} in {column.name} are booked as trades: do they take some back?"
            sheet.doubt("side", message, [column])
