"""ccxt.pro, run as a program of its own environment: its watch of trades, with prices as it read them in text.

Messages are counted where it takes them, as it hands only a part of the trades of a burst to whoever watches.
"""

import asyncio
import sys
from resource import RUSAGE_SELF, getrusage
from typing import Any

import ccxt.pro


class Counted(ccxt.pro.binance):
    """Counts messages, and processor seconds from the first one on."""

    messages, began = 0, 0.0

    def handle_trade(self, client: Any, message: Any) -> None:
        """Take one."""
        self.began = self.began or used()
        self.messages += 1
        super().handle_trade(client, message)


def used() -> float:
    """Processor seconds of this process."""
    usage = getrusage(RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def market(number: int) -> dict[str, Any]:
    """What the exchange would say of it."""
    base, name = f"C{number:04}", f"C{number:04}USDT"
    kinds = {"spot": True, "margin": False, "swap": False, "future": False, "option": False, "contract": False}
    return {
        "id": name, "lowercaseId": name.lower(), "symbol": f"{base}/USDT", "base": base, "quote": "USDT",
        "baseId": base, "quoteId": "USDT", "type": "spot", "active": True, "linear": None, "inverse": None,
        "limits": {}, "info": {},
        "precision": {"amount": "1e-8", "price": "1e-8"}, **kinds,
    }  # fmt: skip


async def main(port: int, messages: int, symbols: int) -> None:
    """Watch until all messages have come."""
    exchange = Counted({"newUpdates": True, "verify": False})
    exchange.number = str
    exchange.urls["api"]["ws"]["spot"] = f"wss://localhost:{port}/ws"
    exchange.set_markets([market(number) for number in range(symbols)])
    names, handed = [f"C{number:04}/USDT" for number in range(symbols)], 0
    while exchange.messages < messages:
        handed += len(await exchange.watch_trades_for_symbols(names))
    print(used() - exchange.began, handed, flush=True)
    await exchange.close()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:4])))
