"""What a ticker looks like: tests hold the watch to the same. Upper case is kept, any case is read."""

from django.core.validators import RegexValidator

# Printable ASCII without , ; " ' < > \ and `, which lists, files, pages and shells read as more than a character.
VISIBLE = r"A-Z0-9!#$%&()*+\-./:=?@\[\]^_{|}~"
TICKER_LENGTH = 64


def form(inner: str) -> str:
    """The regular expression of a ticker with so many characters between its first and its last."""
    return f"[{VISIBLE}](?:[ {VISIBLE}]{inner}[{VISIBLE}])?"


TICKER = rf"\A{form('*')}\Z"  # as in BRK.B, BRK B, XRP/ETH, ^GSPC, BINANCE:BTCUSDT, SPY   250620C00450000
BOUNDED = form(f"{{0,{TICKER_LENGTH - 2}}}")  # its form and its length in one

ticker_form = RegexValidator(TICKER, "Must be printable ASCII without , ; \" ' < > \\ ` and without spaces around it.")


def normal_ticker(text: str) -> str:
    """Trimmed and upper-cased. Only ASCII is: some other letters turn into ASCII ones."""
    text = text.strip(" ")
    return text.upper() if text.isascii() else text
