"""What a client asks for in the address of the feed: `/?tickers=A,B&since=7`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from tick import Tick, ticker_of

SEQ = re.compile(r"\d{1,19}", re.ASCII)

Tickers = frozenset[str]  # empty: all


@dataclass(frozen=True)
class Subscription:
    """Ticks of `tickers` that follow the number `since`; 0 is for all that are held, None for live ones alone."""

    tickers: Tickers = frozenset()
    since: int | None = None


def requested(path: str) -> Subscription:
    """Read a request's path; ValueError names what is wrong with it."""
    values = parse_qs(urlsplit(path).query, keep_blank_values=True)
    for name, given in values.items():
        if name not in ("tickers", "since"):
            raise ValueError(f"there is no parameter {name!r}, only tickers and since")
        if len(given) > 1:
            raise ValueError(f"{name} is given twice")
    [since], [tickers] = values.get("since", [None]), values.get("tickers", [None])
    if since is not None and not SEQ.fullmatch(since):
        raise ValueError(f"since={since!r} is no sequence number")
    return Subscription(
        frozenset() if tickers is None else frozenset(ticker_of(word.strip()) for word in tickers.split(",")),
        None if since is None else int(since),
    )


def select(ticks: Sequence[Tick], tickers: Tickers) -> Sequence[Tick]:
    """Those of the ticks that a subscription to `tickers` gets."""
    return [tick for tick in ticks if tick.ticker in tickers] if tickers else ticks
