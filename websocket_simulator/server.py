#!/usr/bin/env python3
"""Stream random prices, or a recording, over WebSocket."""

import argparse
import asyncio
import logging
import signal
import ssl
import sys
import time
from pathlib import Path
from random import Random

from credentials import token_file
from feed.admission import MAX_CLIENTS, MAX_PER_ADDRESS, Admission, room_for
from feed.backlog import Backlog
from feed.broadcast import Feed
from feed.faults import KINDS, USUAL_RATE, Faults
from feed.market import OPENING, Market
from feed.sources import label_writer, play, simulate
from options import LARGEST, number, recording, tickers, whole

STOP_TIMEOUT = 2  # seconds for readers to take what is on its way to them when we stop


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM; OSError if the address cannot be had."""
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    rates = {kind: rate for rates in options.fault for kind, rate in rates.items()}
    seed = Random().getrandbits(32) if options.seed is None else options.seed
    # Numbers begin with the clock's microseconds, so that those of a restarted feed continue those of the one before.
    feed = Feed(Backlog(time.time_ns() // 1000), Faults(rates, seed) if rates else None)
    max_clients = room_for(options.max_clients)
    if max_clients < options.max_clients:
        say(f"there is room for {max_clients} clients: the system's limit of open files is low (ulimit -n)")
    admission = Admission(
        feed, max_clients=max(1, max_clients), max_per_address=options.max_per_address,
        origins=options.origin, token_file=options.token_file,
    )  # fmt: skip
    server = await admission.open(options.host, options.port, options.tls)
    host, port = server.sockets[0].getsockname()[:2]
    say(f"feed on {'wss' if options.tls else 'ws'}://{f'[{host}]' if ':' in host else host}:{port}")
    source = asyncio.create_task(send_ticks(feed, options))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({source, stopped}, return_when=asyncio.FIRST_COMPLETED)
    source.cancel()
    server.close()
    await asyncio.wait({asyncio.create_task(server.wait_closed())}, timeout=STOP_TIMEOUT)
    feed.abort()  # those that took nothing; asyncio.run cancels handshakes that were never finished
    try:
        await source
    except asyncio.CancelledError:
        pass
    except (OSError, ValueError) as error:
        sys.exit(f"error: {options.replay or options.labels.name}: {error}")


async def send_ticks(feed: Feed, options: argparse.Namespace) -> None:
    """Feed what there is to feed; OSError and ValueError tell of the recording, or of the file for labels."""
    if options.replay:
        await play(feed, options.replay, options.speed, say)
    else:
        label = label_writer(options.labels) if options.labels else lambda jump: None
        await simulate(feed, Market(options.tickers, options.rate, Random(options.seed), label))


def speed(text: str) -> float:
    return 0.0 if text == "0" else number(0, LARGEST)(text)


def origin(text: str) -> str:
    """As browsers send it."""
    return text.rstrip("/").lower()


def chance(text: str) -> float:
    return 0.0 if text == "0" else number(0, 1)(text)


def fault_rates(text: str) -> dict[str, float]:
    """`drop,delay=0.05`: kinds of faults, each with its rate or the usual one."""
    rates = {}
    for word in text.split(","):
        kind, _, rate = word.strip().partition("=")
        if kind not in KINDS:
            raise argparse.ArgumentTypeError(f"{kind!r} is none of {', '.join(KINDS)}")
        rates[kind] = chance(rate) if rate else USUAL_RATE
    return rates


def tls(certfile: Path | None, keyfile: Path | None) -> ssl.SSLContext | None:
    """None without a certificate; OSError and ValueError tell what is wrong with the files."""
    if not certfile and not keyfile:
        return None
    if not certfile or not keyfile:
        raise ValueError("one needs the other")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certfile, keyfile)
    return context


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=whole(0, 65535), default=8765, help="default: 8765; 0 for any that is free")
    add("--tickers", type=tickers, default=list(OPENING), help=f"default: {','.join(OPENING)}")
    add("--rate", type=number(0, 1000), default=2.0, help="ticks a second for each ticker; default: 2")
    add("--seed", type=int, help="repeat the market, and the faults, that this number stands for")
    add("--labels", type=Path, metavar="FILE.csv", help="write where the simulated market puts its spikes")
    add("--replay", type=recording, metavar="FILE.csv", help="stream rows of ticker,price,…,timestamp")
    add("--speed", type=speed, default=1.0, help="of a replay: 1 as recorded, 0 as fast as clients read")
    kinds = f"do wrong on purpose: {', '.join(KINDS)}; usual rate: {USUAL_RATE}"
    add("--fault", type=fault_rates, action="append", default=[], metavar="KIND[=RATE],…", help=kinds)
    add("--max-clients", type=whole(1, LARGEST), default=MAX_CLIENTS, help=f"default: {MAX_CLIENTS}")
    add("--origin", type=origin, action="append", default=[], help="let pages of it in, besides those of this machine")
    text = f"of one address; default: {MAX_PER_ADDRESS}, and of this machine any number"
    add("--max-per-address", type=whole(1, LARGEST), help=text)
    add("--token-file", type=token_file, metavar="FILE", help="let in those alone who have the token in it")
    add("--certfile", type=Path, metavar="FILE", help="speak TLS: with this certificate, and its chain")
    add("--keyfile", type=Path, metavar="FILE", help="and its key")
    options = parser.parse_args(words)
    try:
        options.tls = tls(options.certfile, options.keyfile)
    except (OSError, ValueError) as error:
        parser.error(f"--certfile, --keyfile: {getattr(error, 'strerror', None) or error}")
    if options.labels and options.replay:
        parser.error("--labels needs the simulated market, not --replay")
    if options.labels:
        try:
            options.labels = options.labels.open("w", encoding="utf-8", newline="", buffering=1)
        except OSError as error:
            parser.error(f"argument --labels: {options.labels}: {error.strerror}")
    return options


def main() -> None:
    options = arguments()
    # The library logs a traceback for every stranger whose handshake fails.
    logging.getLogger("websockets.server").setLevel(logging.CRITICAL)
    try:
        asyncio.run(run(options))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        sys.exit(f"error: cannot listen on {options.host}:{options.port}: {reason}; see --port (make run: FEED_PORT)")


if __name__ == "__main__":
    main()
