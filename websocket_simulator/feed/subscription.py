"""What a client asks for in the address of the feed."""

import re
from urllib.parse import parse_qsl, urlsplit

from tick import ticker_of

SEQ = re.compile(r"\d{1,19}", re.ASCII)


def subscription_of(path: str) -> tuple[frozenset[str], int | None]:
    """The tickers (none: all) and the number after which to begin, from `/?tickers=A,B&since=7`; ValueError names
    what is wrong."""
    wishes: dict[str, str] = {}
    for name, value in parse_qsl(urlsplit(path).query, keep_blank_values=True):
        if name not in ("tickers", "since"):
            raise ValueError(f"there is no parameter {name!r}, only tickers and since")
        if name in wishes:
            raise ValueError(f"{name} is given twice")
        wishes[name] = value
    if "since" in wishes and not SEQ.fullmatch(wishes["since"]):
        raise ValueError(f"since={wishes['since']!r} is no sequence number")
    tickers = (
        frozenset(ticker_of(word.strip()) for word in wishes["tickers"].split(",")) if "tickers" in wishes else None
    )
    return tickers or frozenset(), int(wishes["since"]) if "since" in wishes else None
