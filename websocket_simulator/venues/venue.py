"""What a venue is: data, and pure functions from its frames to events. Each venue is a module beside this one.

A module keeps to the venue's documentation, which `Venue.documentation` names: it opens no connection, reads no clock,
and keeps nothing. Digits are read as digits: msgspec makes exact decimals of strings and of JSON numbers alike.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from notices import Reason
from tick import LARGEST_PRICE, SMALLEST_PRICE

Keys = Mapping[str, str]  # the values of `Venue.keys`, by name
TradeId = int | str


class Symbol(NamedTuple):
    """An instrument as the venue calls it, and as we do: `BTCUSDT` is `BTC-USDT`, never `BTC-USD`.

    `quote` is the currency of its prices; None where the venue does not say, as of shares.
    """

    name: str
    ticker: str
    quote: str | None = None


class Trade(msgspec.Struct, frozen=True, gc=False):
    """A trade that sets the last price of `symbol`, the venue's name of it.

    `id` is unique within a symbol; None where the venue gives none. `finer` is as in `tick.Tick`. `extended` says that
    it was made outside the regular hours of its exchange, and `is_history` that it was before we subscribed; of those,
    the oldest comes first.
    """

    symbol: str
    price: Decimal
    timestamp: datetime
    quantity: Decimal | None = None
    id: TradeId | None = None
    finer: bool = False
    extended: bool = False
    is_history: bool = False


class Withdrawn(msgspec.Struct, frozen=True):
    """The venue takes back the trade with this id, or says that it was another one."""

    symbol: str
    id: TradeId
    reason: Reason


class Newest(msgspec.Struct, frozen=True):
    """The venue says which trade of a symbol was its last so far: its id, where ids rise by one."""

    symbol: str
    id: int


class Beat(msgspec.Struct, frozen=True):
    """The venue is alive, and says no more than that: a heartbeat, a pong, a quote that we did not ask for."""


class Passed(msgspec.Struct, frozen=True):
    """Trades that do not set the last price, or are none for us: counted by why, such as `odd lot`."""

    why: str
    count: int = 1


class Ready(msgspec.Struct, frozen=True):
    """The venue is ready for our subscriptions: of one whose `waits_until_ready` is set, before it they are refused."""


class Reply(msgspec.Struct, frozen=True):
    """A frame that the venue wants from us now."""

    frame: str


class Subscribed(msgspec.Struct, frozen=True):
    """The venue confirms these symbols; none named: all that were asked for in one frame."""

    symbols: tuple[str, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """The venue will not send these symbols, as it says in `text`; the others go on. None named: nobody knows which."""

    text: str
    symbols: tuple[str, ...] = ()


class Failed(msgspec.Struct, frozen=True):
    """The venue reports an error. `is_final`: to come again would change nothing, as with wrong keys.

    `wait` is how many seconds it wants us to stay away, at least; 0 leaves that to our own delays. `ends` says that
    this connection is of no use any more.
    """

    text: str
    is_final: bool = False
    ends: bool = True
    wait: float = 0.0


class Leaving(msgspec.Struct, frozen=True):
    """The venue will end this connection soon, or sends nothing by it for a while: maintenance, a restart."""

    text: str


Event = Trade | Withdrawn | Newest | Beat | Passed | Ready | Reply | Subscribed | Refused | Failed | Leaving


@dataclass(frozen=True)
class Limits:
    """What the venue allows, as documented, or less. Times are in seconds."""

    symbols_per_connection: int = 1000
    symbols_per_frame: int = 100
    frames_per_second: float = 5.0  # that we send
    connections: int = 10  # at once
    apart: float = 0.5  # between two attempts to connect, for whatever reason
    first_delay: float = 1.0  # after one that failed
    longest_delay: float = 60.0
    lifetime: float | None = None  # after which the venue ends each connection; None: it does not
    silence: float = 30.0  # without any frame or ping (or pong, see `beats`), after which a connection is dead
    ping_every: float | None = None  # between two pings of the application; None: it needs none
    frame_size: int = 4 * 1024 * 1024  # bytes of the largest frame that we take


@dataclass(frozen=True)
class Venue:
    """`read` returns the events of a frame, and raises ValueError, ArithmeticError or KeyError where it is none of its.

    `address` may have a key in it and is never shown; `shown` is. `keys` names the variables of the environment that it
    needs. `login` makes the frames that are sent first, `subscribe` those that ask for symbols (`number` is the first
    request's), and `unsubscribe` takes that back. `symbol_of` raises ValueError for a ticker that cannot be of this
    venue. `ids_are_consecutive` says that ids are whole numbers that rise by one from trade to trade of a symbol.
    `statuses` names answers to the handshake that mean something here, and seconds to stay away: infinity for good.
    """

    name: str
    shown: str
    documentation: str
    address: Callable[[Keys], str]
    read: Callable[[bytes], Iterable[Event]]
    symbol_of: Callable[[str], Symbol]
    subscribe: Callable[[Sequence[str], int], list[str]]
    unsubscribe: Callable[[Sequence[str], int], list[str]]
    keys: tuple[str, ...] = ()
    login: Callable[[Keys], list[str]] = lambda keys: []
    waits_until_ready: bool = False
    confirms: bool = True  # each subscription, by `Subscribed` or `Refused`; else nobody knows
    ids_are_consecutive: bool = False
    has_ids: bool = True  # else duplicates cannot be told, so its connections never overlap
    withdraws: bool = False  # it may take back trades, by their ids
    beats: bool = False  # frames come all the time; else pongs have to do as a sign of life
    ping: Callable[[int], str] | None = None  # the frame of an application's ping, with a number
    limits: Limits = field(default_factory=Limits)
    statuses: Mapping[int, tuple[str, float]] = field(default_factory=dict)
    examples: tuple[str, ...] = ()  # tickers that are traded at most times


def pair(ticker: str) -> tuple[str, str]:
    """Base and quote of `BTC-USD` or `BTC/USD`; ValueError if it is neither."""
    base, _, quote = ticker.upper().replace("/", "-").partition("-")
    if not (base.isalnum() and quote.isalnum() and base.isascii() and quote.isascii()):
        raise ValueError(f"{ticker} is no pair such as BTC-USD")
    return base, quote


def checked(number: Decimal) -> Decimal:
    """A price or a quantity; ValueError or ArithmeticError if it cannot be one."""
    if not SMALLEST_PRICE <= number <= LARGEST_PRICE:
        raise ValueError(f"{number} is no price")
    return number
