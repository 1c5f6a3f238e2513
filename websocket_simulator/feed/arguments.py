"""The command line of server.py."""

import argparse
import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from feed.admission import MAX_CLIENTS, MAX_PER_ADDRESS
from feed.faults import KINDS, USUAL_RATE
from feed.market import OPENING
from options import LARGEST, checked, number, recording, tickers, token_file
from status import reason
from venues.ccxt_library import is_bridged, require
from venues.keys import MissingKeyError, keys_of
from venues.recorded import Recording, sources_of
from venues.registry import NAMES, venue_of
from venues.session import symbols_of
from venues.venue import Keys, Venue

EXAMPLE = "as in: --source coinbase --tickers BTC-USD,ETH-USD"


@dataclass
class Source:
    """A venue that is asked for, with its tickers; `url` is where it is, if not at its documented address."""

    word: str
    venue: Venue
    tickers: list[str] = field(default_factory=list)
    url: str | None = None
    keys: Keys = field(default_factory=dict)


class AddSource(argparse.Action):
    """`--source kraken`: what is said behind it of tickers and its address is about this one."""

    def __call__(self, parser: Any, namespace: argparse.Namespace, word: Any, option: str | None = None) -> None:
        try:
            namespace.sources = [*namespace.sources, Source(word, venue_of(word))]
        except ValueError as error:
            raise argparse.ArgumentError(self, str(error)) from None


class Once(argparse.Action):
    """An option that may be given once: of two, one would be ignored."""

    def __call__(self, parser: Any, namespace: argparse.Namespace, value: Any, option: str | None = None) -> None:
        if getattr(namespace, self.dest) is not None:
            raise argparse.ArgumentError(self, "it can be given once")
        setattr(namespace, self.dest, value)


class OfSource(argparse.Action):
    """An option that is about the source before it; without one, it is about all, as any option is."""

    def __call__(self, parser: Any, namespace: argparse.Namespace, value: Any, option: str | None = None) -> None:
        if namespace.sources:
            setattr(namespace.sources[-1], self.dest, value)
        elif self.dest == "url":
            raise argparse.ArgumentError(self, "it stands behind the --source that it is about")
        else:
            setattr(namespace, self.dest, value)


def origin(text: str) -> str:
    """As browsers send it."""
    return text.rstrip("/").lower()


def websocket(text: str) -> str:
    """The address of a WebSocket."""
    parts = urlsplit(text)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text} is no address such as wss://stream.example/ws")
    return text


def fault_rates(text: str) -> dict[str, float]:
    """`drop,delay=0.05`: kinds of faults, each with its rate or the usual one."""
    rates, rate_of = {}, number(0.0, 1.0)
    for word in text.split(","):
        kind, _, rate = word.strip().partition("=")
        if kind not in KINDS:
            raise argparse.ArgumentTypeError(f"{kind!r} is none of {', '.join(KINDS)}")
        rates[kind] = rate_of(rate) if rate else USUAL_RATE
    return rates


def tls_context(certfile: Path | None, keyfile: Path | None) -> ssl.SSLContext | None:
    """None without a certificate; OSError and ValueError tell what is wrong with the files."""
    if not certfile and not keyfile:
        return None
    if not certfile or not keyfile:
        raise ValueError("one needs the other")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certfile, keyfile)
    return context


def parse_arguments(words: list[str] | None = None, description: str | None = None) -> argparse.Namespace:
    """Read the command line; what is wrong with it ends the program, with status 2."""
    parser = argparse.ArgumentParser(description=description)
    parser.set_defaults(sources=[])
    add_market(parser)
    add_serving(parser)
    options = parser.parse_args(words)
    settle_sources(parser, options)
    open_files(parser, options)
    return options


def add_market(parser: argparse.ArgumentParser) -> None:
    """Where ticks come from."""
    add = parser.add_argument
    venues = (
        f"stream this venue's prices: {', '.join(NAMES)}, ccxt:EXCHANGE; may be repeated, with --tickers behind each"
    )
    add("--source", action=AddSource, metavar="VENUE", help=venues)
    of = f"tickers of the source before it, or to simulate; default: {','.join(OPENING)}, of the simulated market"
    add("--tickers", type=tickers, action=OfSource, help=of)
    url = "where the source before it is, if not at its documented address"
    add("--source-url", type=websocket, action=OfSource, dest="url", metavar="URL", help=url)
    add("--record", type=Path, metavar="FILE.ndjson[.zst]", help="write what venues send to this new file")
    add("--rate", type=number(0.0, 1000.0, above=True), default=2.0, help="ticks per second and ticker; default: 2")
    add("--seed", type=int, help="random seed: the same seed gives the same prices and faults")
    source = parser.add_mutually_exclusive_group().add_argument
    source("--labels", type=Path, metavar="FILE.csv", help="write the spikes of the simulated market to this file")
    source(
        "--replay", type=recording, action=Once, metavar="FILE.csv", help="stream a recording: ticker, price, timestamp"
    )
    session = "stream a recorded session with a venue, as --record writes it"
    source("--source-file", type=checked(sources_of), action=Once, metavar="FILE.ndjson[.zst]", help=session)
    speed = "speed of the recording: 1 as recorded, 0 as fast as clients read; default: 1"
    add("--speed", type=number(0.0, float(LARGEST)), default=1.0, help=speed)
    faults = f"inject faults: {', '.join(KINDS)}; default rate: {USUAL_RATE}"
    add("--fault", type=fault_rates, action="append", default=[], metavar="KIND[=RATE],…", help=faults)


def add_serving(parser: argparse.ArgumentParser) -> None:
    """Where ticks go."""
    add, many = parser.add_argument, number(1, LARGEST)
    add("--host", default="127.0.0.1", help="address to listen on; default: 127.0.0.1")
    add("--port", type=number(0, 65535), default=8765, help="port to listen on, 0 for any free port; default: 8765")
    add("--max-clients", type=many, default=MAX_CLIENTS, help="clients at most; default: %(default)s")
    per_address = f"clients per IP address at most; default: {MAX_PER_ADDRESS}, and no limit for this machine"
    add("--max-per-address", type=many, help=per_address)
    origins = "accept pages of this origin, besides those of this machine; may be repeated"
    add("--origin", type=origin, action="append", default=[], help=origins)
    add("--token-file", type=token_file, metavar="FILE", help="require the token in this file")
    add("--certfile", type=Path, metavar="FILE", help="serve TLS with this certificate and its chain")
    add("--keyfile", type=Path, metavar="FILE", help="private key of the certificate")


def settle_sources(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Give each source its tickers and keys, and say what does not go together."""
    sources: Sequence[Source] = options.sources
    if options.source_file:
        settle_recorded(parser, options)
    elif sources and (options.replay or options.labels):
        parser.error("--source streams a venue, --replay a recording, and --labels are those of a simulated market")
    elif options.record and not sources:
        parser.error("--record writes what a --source sends")
    for source in [] if options.source_file else sources:
        source.tickers = source.tickers or options.tickers or []
        if not source.tickers:
            parser.error(f"--source {source.word} needs --tickers, {EXAMPLE}")
        try:
            source.keys = keys_of(source.venue, os.environ)
            symbols_of(source.venue, source.tickers)
            if is_bridged(source.venue):
                require(source.venue)
        except (MissingKeyError, ValueError) as error:
            parser.error(f"--source {source.word}: {error}")
    if twice := asked_twice(sources):
        parser.error(f"{twice} is asked of two venues, whose prices differ: leave it to one")
    options.tickers = options.tickers or list(OPENING)


def settle_recorded(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """The sources of a recorded session are those in its header."""
    recorded = sources_of(options.source_file)
    if options.record or (options.sources and {source.word for source in options.sources} != set(recorded)):
        parser.error(f"argument --source-file: it is a recording of {', '.join(recorded)}")
    for word, names in recorded.items():
        try:
            symbols_of(venue_of(word), names)
        except ValueError as error:
            parser.error(f"argument --source-file: {error}")


def asked_twice(sources: Sequence[Source]) -> str | None:
    """A ticker that two sources have."""
    found = set[str]()
    for source in sources:
        for symbol in symbols_of(source.venue, source.tickers):
            if symbol.ticker in found:
                return symbol.ticker
            found.add(symbol.ticker)
    return None


def open_files(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Read the certificate, and begin the files that are written; what is wrong with them is wrong usage."""
    try:
        options.tls = tls_context(options.certfile, options.keyfile)
    except (OSError, ValueError) as error:
        parser.error(f"--certfile, --keyfile: {reason(error)}")
    try:
        if options.labels:
            options.labels = options.labels.open("w", encoding="utf-8", newline="", buffering=1)
    except OSError as error:
        parser.error(f"argument --labels: {options.labels}: {reason(error)}")
    try:
        if options.record:
            words = [(source.word, source.tickers) for source in options.sources]
            options.record = Recording(options.record, words)
    except OSError as error:
        parser.error(f"argument --record: {options.record}: {reason(error)}")
