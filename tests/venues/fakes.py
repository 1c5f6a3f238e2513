"""The fakes of all venues, with keys where they want some."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .fake import Fake
from .fake_alpaca import FakeAlpaca
from .fake_binance import FakeBinance
from .fake_coinbase import FakeCoinbase
from .fake_finnhub import FakeFinnhub
from .fake_kraken import FakeKraken
from .followed import TICKERS

KEYS = {"APCA_API_KEY_ID": "key-7", "APCA_API_SECRET_KEY": "secret-7", "FINNHUB_API_KEY": "token-7"}
FAKES: list[type[Fake]] = [FakeBinance, FakeCoinbase, FakeKraken, FakeAlpaca, FakeFinnhub]


@asynccontextmanager
async def opened(kind: type[Fake], tls: ssl.SSLContext) -> AsyncIterator[Fake]:
    """A fake venue that has the tickers of its tests."""
    venue = kind.venue
    names = [venue.symbol_of(ticker).name for ticker in TICKERS[venue.name]]
    async with kind(symbols=names, keys={name: KEYS[name] for name in venue.keys}).open(tls) as fake:
        yield fake
