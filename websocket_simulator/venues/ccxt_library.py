"""ccxt, imported only when it is asked for, and made to keep digits: no number of a message goes through a float.

Its prices are made by `number`, and its parser of WebSocket messages, which makes floats before that, is replaced.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from notices import quoted
from venues.ccxt_trades import PREFIX
from venues.dialling import BUSY, FinalError
from venues.venue import Venue

FILE = "requirements-ccxt.txt"
MAX_KEPT = 1000  # trades of a symbol in ccxt's own memory; they are taken before they get there


def exact_json(text: str | bytes) -> Any:
    """A message whose numbers with a point or an exponent are text; whole ones are exact. Text where it is no JSON."""
    try:
        return json.loads(text, parse_float=str)
    except ValueError:
        return text


def is_bridged(venue: Venue) -> bool:
    """Whether it is one of ccxt's."""
    return venue.name.startswith(PREFIX)


def require(venue: Venue) -> Any:
    """The class of ccxt for this exchange; ValueError if ccxt is not installed, or cannot stream its trades."""
    try:
        pro = import_module("ccxt.pro")
    except ModuleNotFoundError:
        raise ValueError(f"it needs ccxt: .venv/bin/pip install -r {FILE}") from None
    name = venue.name.removeprefix(PREFIX)
    if name not in pro.exchanges:
        raise ValueError(f"ccxt streams no exchange {name!r}")
    kind = getattr(pro, name)
    if not kind().has.get("watchTrades"):
        raise ValueError(f"ccxt does not stream the trades of {name}")
    return kind


def exact(kind: Any, misread: Callable[[object, Exception], None]) -> Any:
    """An exchange of this class that has numbers as text.

    `misread` gets each message that it failed at: after one of them, ccxt alone would read no further, and say nothing.
    """
    client: Any = import_module("ccxt.async_support.base.ws.client")
    client.json_parser = SimpleNamespace(loads=exact_json, dumps=client.json_parser.dumps)
    exchange = kind({"newUpdates": True})
    exchange.number = str
    handle = exchange.handle_message

    def handle_all(client: Any, message: object) -> None:
        try:
            handle(client, message)
        except Exception as error:
            misread(message, error)

    exchange.handle_message = handle_all
    return exchange


def store(take: Callable[[Mapping[str, Any]], None]) -> Any:
    """A store of ccxt's for the trades of a symbol, which hands on each that is put there."""
    kept = import_module("ccxt.async_support.base.ws.cache").ArrayCache(MAX_KEPT)
    append = kept.append

    def append_and_take(trade: Mapping[str, Any]) -> None:
        append(trade)
        take(trade)

    kept.append = append_and_take
    return kept


def watches(exchange: Any, names: Sequence[str]) -> Iterable[Callable[[], Awaitable[object]]]:
    """What to call again and again: once for all symbols, where ccxt can."""
    if not names:
        return []
    if exchange.has.get("watchTradesForSymbols"):
        return [partial(exchange.watch_trades_for_symbols, list(names))]
    return [partial(exchange.watch_trades, name) for name in names]


def moved(addresses: Any, address: str) -> Any:
    """The same addresses, by their names, all of them here."""
    if isinstance(addresses, dict):
        return {name: moved(one, address) for name, one in addresses.items()}
    return address


def meaning(error: Exception) -> tuple[str, float]:
    """What an error says, in words for a line, and how many seconds to stay away; FinalError if for good."""
    known, text = import_module("ccxt.base.errors"), quoted(str(error))
    match error:
        case known.AuthenticationError() | known.RestrictedLocation():
            raise FinalError(f"it refuses us: {text}")
        case known.NotSupported():
            raise FinalError(f"ccxt cannot do it: {text}")
        case known.RateLimitExceeded() | known.DDoSProtection():
            return f"too many requests: {text}", BUSY
        case known.OnMaintenance():
            return f"maintenance: {text}", 0.0
        case known.NetworkError():
            return f"connection lost: {text}", 0.0
        case _:
            return f"{type(error).__name__}: {text}", 0.0
