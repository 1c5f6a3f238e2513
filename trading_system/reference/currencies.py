"""Currencies: what prices and fees are in. Pure.

A code is one of ISO 4217, today's or a former one, a coin, or a minor unit, in which some exchanges quote. CLDR lists
former codes too: a broker's file of 2025 has BGN, which left ISO's own list at the end of that year.
"""

from babel.numbers import list_currencies

CURRENCY = r"\A[A-Z0-9]{2,12}\Z"
CURRENCY_LENGTH = 12
MINOR_UNITS = {"GBX": "GBP", "ZAC": "ZAR", "ILA": "ILS"}  # hundredths
PENCE = "GBp"  # as brokers write GBX: the one code whose case matters
# Signs of one currency; $ and ¥ are those of several.
SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "zł": "PLN", "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD",
    "HK$": "HKD", "NZ$": "NZD", "S$": "SGD", "R$": "BRL",
}  # fmt: skip
COINS = """
    1INCH AAVE ADA ALGO APE APT AR ARB ATOM AVAX AXS BAT BCH BNB BONK BSV BTC BTT BUSD CAKE CELO CHZ COMP CRO
    CRV CVX DAI DASH DOGE DOT DYDX EGLD ENA ENJ ENS EOS ETC ETH ETHFI FDUSD FET FIL FLOKI FLOW FTM FTT GALA GNO
    GRT HBAR HNT HYPE ICP ICX IMX INJ IOTA JASMY JUP KAS KAVA KSM LDO LINK LRC LTC LUNA MANA MATIC MINA MKR NEAR
    NEO NEXO OKB OM ONDO ONE ONT OP ORDI PENDLE PEPE POL PYTH PYUSD QNT QTUM RAY RENDER RNDR ROSE RPL RUNE RVN
    SAND SEI SHIB SKY SNX SOL STETH STRK STX SUI SUSHI TAO THETA TIA TON TRX TUSD TWT UMA UNI USDC USDE USDP
    USDT VET WBTC WETH WIF WLD XAUT XDC XEM XLM XMR XRP XTZ YFI ZEC ZEN ZIL ZRX
"""


def seeded() -> list[str]:
    """The codes that are known from the start; an instrument of kind currency or crypto adds its ticker."""
    return sorted({*list_currencies(), *COINS.split(), *MINOR_UNITS})


def normal_currency(text: str) -> str:
    """Trimmed and upper-cased; GBp is GBX."""
    text = text.strip(" ")
    if text == PENCE:
        return "GBX"
    return text.upper() if text.isascii() else text


def major(currency: str) -> str:
    """The currency that a minor unit is a hundredth of; any other is its own."""
    return MINOR_UNITS.get(currency, currency)


def minor(currency: str) -> str:
    """The unit that is a hundredth of a currency, in which some exchanges quote; without one, the currency."""
    return next((unit for unit, whole in MINOR_UNITS.items() if whole == currency), currency)
