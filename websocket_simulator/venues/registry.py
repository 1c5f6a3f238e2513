"""The venues that there are, by name; it may have a variant, as in `alpaca:sip`, or an exchange, as in `ccxt:okx`."""

from importlib import import_module

from venues import ccxt_trades
from venues.venue import Venue

NAMES = ("binance", "coinbase", "kraken", "alpaca", "finnhub")


def venue_of(word: str) -> Venue:
    """The venue of a name such as `kraken` or `alpaca:sip`; ValueError if there is none."""
    name, _, variant = word.partition(":")
    if name == "ccxt":
        return ccxt_trades.venue_of(variant)
    if name not in NAMES:
        raise ValueError(f"{word!r} is none of {', '.join(NAMES)}, ccxt:EXCHANGE")
    module = import_module(f"venues.{name}")
    if not variant:
        venue: Venue = module.VENUE
        return venue
    variants: dict[str, Venue] = getattr(module, "VARIANTS", {})
    if variant not in variants:
        one_of = f" of {', '.join(variants)}" if variants else ""
        raise ValueError(f"{name} has no variant {variant!r}{one_of}")
    return variants[variant]
