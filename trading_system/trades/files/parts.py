"""Parts of a text: a group of a pattern, the halves of a pair, the meaning of a word. Pure."""

from collections.abc import Callable, Iterable

from .lookups import Refused, shown
from .patterns import compiled
from .profile import Source

# What pairs that are written in one are divided by, those with the longest name first.
QUOTES = (
    "FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USD", "EUR", "GBP", "CHF", "JPY", "AUD", "CAD", "TRY", "BRL",
    "BTC", "ETH", "BNB",
)  # fmt: skip

# Coins with the first letter of BUSD or TUSD at their end: BNBUSD is BNB in USD, and not BN in BUSD.
BEFORE_USD = frozenset(
    (
        "ANT",
        "BAT",
        "BNB",
        "BTT",
        "DOT",
        "FET",
        "FTT",
        "GMT",
        "GRT",
        "HNT",
        "LPT",
        "MNT",
        "NFT",
        "QNT",
        "SHIB",
        "USDT",
        "WBT",
    )
)


def words(pairs: Iterable[tuple[str, str]]) -> Callable[[str], str | None]:
    """What looks a word up, without case; `x*` stands for all that begin with x, and the longest beginning counts.

    `x *` is x, alone or with more words behind it.
    """
    exact: dict[str, str] = {}
    begins: dict[str, str] = {}
    for word, meaning in pairs:
        word = word.casefold().strip()
        if word.endswith("*"):
            begins.setdefault(word[:-1], meaning)
        if not word.endswith("*") or word.endswith(" *"):
            exact.setdefault(word.removesuffix(" *"), meaning)

    def find(text: str) -> str | None:
        text = text.casefold()
        if text in exact:
            return exact[text]
        found = [begin for begin in begins if text.startswith(begin)]
        return begins[max(found, key=len)] if found else None

    return find


def group_of(text: str, pattern: str, field: str) -> str:
    """What a pattern finds in the whole of a text: the group of the field's name, or the only one; else nothing."""
    match = compiled(pattern).fullmatch(text)
    if not match:
        return ""
    groups = match.groupdict()
    return (groups[field] if field in groups else match.group(1)) or ""


def part_of(text: str, pattern: str, field: str) -> str:
    """What a pattern finds in a text; Refused if it finds nothing, unless there is no text."""
    if text and not (found := group_of(text, pattern, field)):
        raise Refused(field, f"Is not as this layout has it: {shown(text)}.")
    return found if text else ""


def pair_of(text: str, source: Source) -> tuple[str, str]:
    """The halves of a pair: what is traded, and what it is priced in; of what is no pair, the text and nothing."""
    find = words(source.words.items())
    match = compiled(source.pattern).fullmatch(text) if source.pattern else None
    base, quote = (match.group("ticker"), match.group("currency")) if match else split(text)
    return find(base) or base, find(quote) or quote


def split(text: str) -> tuple[str, str]:
    """A pair whose halves have a sign between them, or are written in one."""
    if sign := next((sign for sign in "/-_ " if text.count(sign) == 1), None):
        base, _, quote = text.partition(sign)
        return base, quote
    for quote in QUOTES:
        is_usd = quote in ("BUSD", "TUSD") and text.upper().removesuffix("USD") in BEFORE_USD
        if text.upper().endswith(quote) and len(text) > len(quote) and not is_usd:
            return text[: -len(quote)], quote
    return text, ""
