"""The venues that there are, by name; a name may have a variant, as in `alpaca:sip`."""

from importlib import import_module

from venues.venue import Venue

NAMES = ("binance", "coinbase", "kraken", "alpaca", "finnhub")


def venue_of(word: str) -> Venue:
    """The venue of a name such as `kraken` or `alpaca:sip`; ValueError if there is none."""
    name, _, variant = word.partition(":")
    if name not in NAMES:
        raise ValueError(f"{word!r} is none of {', '.join(NAMES)}")
    module = import_module(f"venues.{name}")
    if not variant:
        venue: Venue = module.VENUE
        return venue
    variants: dict[str, Venue] = getattr(module, "VARIANTS", {})
    if variant not in variants:
        one_of = f" of {', '.join(variants)}" if variants else ""
        raise ValueError(f"{name} has no variant {variant!r}{one_of}")
    return variants[variant]
