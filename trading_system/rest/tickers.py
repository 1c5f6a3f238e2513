"""What a ticker looks like."""

from django.core.validators import RegexValidator

TICKER = r"\A[A-Z0-9][A-Z0-9._/:=^-]*\Z"  # as in BRK.B, XRP/ETH, BINANCE:BTCUSDT, EURUSD=X
TICKER_LENGTH = 32

ticker_form = RegexValidator(TICKER, "Must be letters, digits and . _ / : = ^ - and begin with a letter or digit.")


def normal_ticker(text: str) -> str:
    """Trimmed and upper-cased. Only ASCII is: some other letters turn into ASCII ones."""
    text = text.strip(" ")
    return text.upper() if text.isascii() else text
