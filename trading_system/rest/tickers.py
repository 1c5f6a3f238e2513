"""What a ticker looks like."""

from django.core.validators import RegexValidator

FIRST, OTHERS = "[A-Z0-9]", "[A-Z0-9._/:=^-]"  # as in BRK.B, XRP/ETH, BINANCE:BTCUSDT, EURUSD=X
TICKER = rf"\A{FIRST}{OTHERS}*\Z"
TICKER_LENGTH = 32
BOUNDED = f"{FIRST}{OTHERS}{{0,{TICKER_LENGTH - 1}}}"  # its form and its length in one

ticker_form = RegexValidator(TICKER, "Must be letters, digits and . _ / : = ^ - and begin with a letter or digit.")


def normal_ticker(text: str) -> str:
    """Trimmed and upper-cased. Only ASCII is: some other letters turn into ASCII ones."""
    text = text.strip(" ")
    return text.upper() if text.isascii() else text
