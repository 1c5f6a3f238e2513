#!/usr/bin/env bash
# ccxt 4.5.90 (Python): watch_trades_for_symbols() in a loop does not return every trade, whatever its limits are.
#
# Guess:       with `newUpdates` (the default), each call returns all trades since the last one, of all symbols that were
#              asked for, up to `tradesLimit` (1,000 of each).
# Behaviour:   a call returns the trades of one symbol: whichever was first. Those of the others that came before the next
#              call are stored, and not returned by it: of 100 trades of 20 symbols that come together, 5 are.
# Consequence: prices are missed, most of them when markets move together, and nothing says so. Take trades where they are
#              stored (`exchange.trades[symbol].append`).
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ccxt==4.5.90
cat >"$folder/watch.py" <<'PYTHON'
import asyncio
import json
import sys

import ccxt.pro
from aiohttp import web

NAMES, EACH = [f"C{number}" for number in range(20)], 5


def market(name):
    return {"id": f"{name}-USDT", "symbol": f"{name}/USDT", "base": name, "quote": "USDT", "type": "spot", "spot": True,
            "inverse": None, "linear": None, "contract": False, "limits": {}, "precision": {}, "info": {}}


def update(name, number):
    trade = {"instId": f"{name}-USDT", "tradeId": str(number), "px": "1", "sz": "1", "side": "buy", "ts": "1780670000000"}
    return json.dumps({"arg": {"channel": "trades", "instId": f"{name}-USDT"}, "data": [trade]})


async def okx(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.receive()
    await asyncio.sleep(0.2)
    for number in range(EACH):
        for name in NAMES:
            await socket.send_str(update(name, number))
    await asyncio.sleep(60)
    return socket


async def main():
    app = web.Application()
    app.router.add_get("/", okx)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    exchange = ccxt.pro.okx()
    exchange.set_markets([market(name) for name in NAMES])
    exchange.urls["api"]["ws"] = f"ws://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/"
    exchange.get_url = lambda *words: exchange.urls["api"]["ws"]
    symbols, returned = [f"{name}/USDT" for name in NAMES], set()
    try:
        while True:
            trades = await asyncio.wait_for(exchange.watch_trades_for_symbols(symbols), 2)
            returned |= {(trade["symbol"], trade["id"]) for trade in trades}
    except TimeoutError:
        pass
    stored = sum(len(exchange.trades[symbol]) for symbol in symbols)
    print(f"sent {len(NAMES) * EACH} trades; stored by ccxt {stored}; returned by watch_trades_for_symbols {len(returned)}")
    await exchange.close()
    return not (stored == len(NAMES) * EACH and len(returned) < stored)


sys.exit(asyncio.run(asyncio.wait_for(main(), 60)))
PYTHON
"$folder/venv/bin/python" "$folder/watch.py"
