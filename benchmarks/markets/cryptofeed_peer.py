"""cryptofeed, run as a program of its own environment, which wants Python 3.13: trades handed to a callback."""

import os
import sys
from resource import RUSAGE_SELF, getrusage

from cryptofeed import FeedHandler
from cryptofeed.connection import WebsocketEndpoint
from cryptofeed.defines import TRADES
from cryptofeed.exchanges import Binance
from cryptofeed.symbols import Symbols

PORT, MESSAGES, SYMBOLS = map(int, sys.argv[1:4])
NAMES = [f"C{number:04}-USDT" for number in range(SYMBOLS)]
came, began = 0, 0.0


class Here(Binance):
    """The exchange on this machine."""

    websocket_endpoints = [WebsocketEndpoint(f"wss://localhost:{PORT}")]


def used() -> float:
    """Processor seconds of this process."""
    usage = getrusage(RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def take(trade: object, receipt: float) -> None:
    """Count one, and end with the last."""
    global came, began
    began = began or used()
    came += 1
    if came == MESSAGES:
        print(used() - began, flush=True)
        os._exit(0)


Symbols.set(
    "BINANCE",
    {name: name.replace("-", "") for name in NAMES},
    {"instrument_type": dict.fromkeys(NAMES, "spot"), "tick_size": {}},
)
handler = FeedHandler()
handler.add_feed(Here(symbols=NAMES, channels=[TRADES], callbacks={TRADES: take}))
handler.run()
