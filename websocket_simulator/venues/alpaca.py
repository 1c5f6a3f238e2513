"""Alpaca: shares of the US by one exchange (`iex`), by all (`sip`) or 15 minutes late (`delayed_sip`), and its coins.

Trades alone are subscribed to; their corrections and cancels come with them. The feed `test` has one symbol, FAKEPACA,
at all hours. A symbol that does not exist is confirmed like any other, and nothing ever comes of it.
"""

import re
from collections.abc import Sequence

import msgspec

from venues.alpaca_frames import KEY, SECRET, read, read_coins
from venues.venue import Keys, Limits, Symbol, Venue, pair

DOCUMENTATION = "https://docs.alpaca.markets/docs/real-time-stock-pricing-data"
HOST = "stream.data.alpaca.markets"
COINS = "crypto"
PATHS = {
    "iex": "v2/iex", "sip": "v2/sip", "delayed_sip": "v2/delayed_sip", "test": "v2/test", COINS: "v1beta3/crypto/us",
}  # fmt: skip
SHARE = re.compile(r"[A-Z0-9]+(\.[A-Z0-9]+)*")  # BRK.B, and never BRK-B
FREE = 30  # symbols of an account that pays nothing


def login(keys: Keys) -> list[str]:
    """The frame that shows our keys."""
    return [_frame({"action": "auth", "key": keys[KEY], "secret": keys[SECRET]})]


def share_of(ticker: str) -> Symbol:
    """Shares have the same names here and there; a name says nothing of their currency."""
    name = ticker.upper()
    if not SHARE.fullmatch(name):
        raise ValueError(f"{ticker} is no US share such as AAPL or BRK.B")
    return Symbol(name, name)


def coin_of(ticker: str) -> Symbol:
    """`BTC/USD` for BTC-USD."""
    base, quote = pair(ticker)
    return Symbol(f"{base}/{quote}", f"{base}-{quote}", quote)


def subscribe(symbols: Sequence[str], number: int) -> list[str]:
    """What is asked for is added to what is subscribed already."""
    return [_frame({"action": "subscribe", "trades": list(symbols)})]


def unsubscribe(symbols: Sequence[str], number: int) -> list[str]:
    """The same, taken away."""
    return [_frame({"action": "unsubscribe", "trades": list(symbols)})]


def _frame(message: dict[str, object]) -> str:
    return msgspec.json.encode(message).decode()


def venue(feed: str = "iex") -> Venue:
    """The venue of one of the feeds in `PATHS`."""
    address, is_coins = f"wss://{HOST}/{PATHS[feed]}", feed == COINS
    return Venue(
        name="alpaca" if feed == "iex" else f"alpaca:{feed}",
        shown=address,
        documentation=DOCUMENTATION,
        address=lambda keys: address,
        read=read_coins if is_coins else read,
        symbol_of=coin_of if is_coins else share_of,
        subscribe=subscribe,
        unsubscribe=unsubscribe,
        keys=(KEY, SECRET),
        login=login,
        waits_until_ready=True,
        withdraws=not is_coins,
        limits=Limits(
            symbols_per_connection=FREE if feed in ("iex", "delayed_sip") else 1000,
            symbols_per_frame=FREE,  # so that those of an account with fewer are not refused altogether
            connections=1,
        ),
        examples=("BTC-USD", "ETH-USD") if is_coins else ("FAKEPACA",) if feed == "test" else ("AAPL", "SPY"),
    )


VENUE = venue()
VARIANTS = {feed: venue(feed) for feed in PATHS}
