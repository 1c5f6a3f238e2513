#!/usr/bin/env python3
"""Stream a simulated market, or a recording, over WebSocket."""

import argparse
import asyncio
import logging
import signal
import ssl
import sys
import time
from pathlib import Path
from random import Random

if __name__ == "__main__":  # until it serves, a signal ends it at once
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: sys.exit(0))

from feed.admission import MAX_CLIENTS, MAX_PER_ADDRESS, Admission, room_for
from feed.backlog import Backlog
from feed.broadcast import Feed
from feed.faults import KINDS, USUAL_RATE, Faults
from feed.heartbeat import beat
from feed.market import OPENING, Market
from feed.sources import label_writer, replay, simulate
from options import LARGEST, number, recording, tickers, token_file
from status import log, reason

STOP_TIMEOUT = 2  # seconds for readers to take what is on its way to them when we stop


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM; OSError if the address cannot be had."""
    feed = feed_of(options)
    server = await admission_of(options, feed).open(options.host, options.port, options.tls)
    sending, beating = asyncio.create_task(send_ticks(feed, options)), asyncio.create_task(beat(feed))
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, sending.cancel)
    host, port = server.sockets[0].getsockname()[:2]
    source = "recording" if options.replay else "simulated market"
    log(f"feed on {'wss' if options.tls else 'ws'}://{f'[{host}]' if ':' in host else host}:{port} ({source})")
    await asyncio.wait({sending})
    beating.cancel()
    server.close()
    await asyncio.wait({asyncio.create_task(server.wait_closed())}, timeout=STOP_TIMEOUT)
    feed.abort()  # those that took nothing; asyncio.run cancels handshakes that were never finished
    try:
        await sending
    except asyncio.CancelledError:
        pass
    except (OSError, ValueError) as error:
        sys.exit(f"error: {options.replay or options.labels.name}: {error}")


def feed_of(options: argparse.Namespace) -> Feed:
    """A feed with the faults that the options ask for."""
    rates = {kind: rate for rates in options.fault for kind, rate in rates.items()}
    seed = Random().getrandbits(32) if options.seed is None else options.seed
    # Numbers begin with the clock's microseconds, so that those of a restarted feed continue those of the one before.
    return Feed(Backlog(time.time_ns() // 1000), Faults(rates, seed))


def admission_of(options: argparse.Namespace, feed: Feed) -> Admission:
    """The feed's admission; at most as many clients as the system has room for."""
    max_clients = room_for(options.max_clients)
    if max_clients < options.max_clients:
        log(f"there is room for {max_clients} clients: the system's limit of open files is low (ulimit -n)")
    return Admission(
        feed, source="recording" if options.replay else "simulated", max_clients=max(1, max_clients),
        max_per_address=options.max_per_address, origins=options.origin, token_file=options.token_file,
    )  # fmt: skip


async def send_ticks(feed: Feed, options: argparse.Namespace) -> None:
    """Feed what there is to feed; OSError and ValueError tell of the recording, or of the file for labels."""
    if options.replay:
        await replay(feed, options.replay, options.speed, log)
    else:
        label = label_writer(options.labels) if options.labels else None
        await simulate(feed, Market(options.tickers, options.rate, Random(options.seed), label))


def origin(text: str) -> str:
    """As browsers send it."""
    return text.rstrip("/").lower()


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


def parse_arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line; what is wrong with it ends the program, with status 2."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on; default: 127.0.0.1")
    add("--port", type=number(0, 65535), default=8765, help="port to listen on, 0 for any free port; default: 8765")
    add("--tickers", type=tickers, default=list(OPENING), help=f"tickers to simulate; default: {','.join(OPENING)}")
    add("--rate", type=number(0.0, 1000.0, above=True), default=2.0, help="ticks per second and ticker; default: 2")
    add("--seed", type=int, help="random seed: the same seed gives the same prices and faults")
    source = parser.add_mutually_exclusive_group().add_argument
    source("--labels", type=Path, metavar="FILE.csv", help="write the spikes of the simulated market to this file")
    source("--replay", type=recording, metavar="FILE.csv", help="stream a recording: ticker, price, timestamp")
    speed = "speed of the recording: 1 as recorded, 0 as fast as clients read; default: 1"
    add("--speed", type=number(0.0, float(LARGEST)), default=1.0, help=speed)
    faults = f"inject faults: {', '.join(KINDS)}; default rate: {USUAL_RATE}"
    add("--fault", type=fault_rates, action="append", default=[], metavar="KIND[=RATE],…", help=faults)
    many = number(1, LARGEST)
    add("--max-clients", type=many, default=MAX_CLIENTS, help="clients at most; default: %(default)s")
    per_address = f"clients per IP address at most; default: {MAX_PER_ADDRESS}, and no limit for this machine"
    add("--max-per-address", type=many, help=per_address)
    origins = "accept pages of this origin, besides those of this machine; may be repeated"
    add("--origin", type=origin, action="append", default=[], help=origins)
    add("--token-file", type=token_file, metavar="FILE", help="require the token in this file")
    add("--certfile", type=Path, metavar="FILE", help="serve TLS with this certificate and its chain")
    add("--keyfile", type=Path, metavar="FILE", help="private key of the certificate")
    options = parser.parse_args(words)
    open_files(parser, options)
    return options


def open_files(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Read the certificate, and begin the file for labels; what is wrong with them is wrong usage."""
    try:
        options.tls = tls_context(options.certfile, options.keyfile)
    except (OSError, ValueError) as error:
        parser.error(f"--certfile, --keyfile: {reason(error)}")
    try:
        if options.labels:
            options.labels = options.labels.open("w", encoding="utf-8", newline="", buffering=1)
    except OSError as error:
        parser.error(f"argument --labels: {options.labels}: {reason(error)}")


def main() -> None:
    """Serve as the command line says; the exit status is 1 if the address cannot be had."""
    options = parse_arguments()
    # The library logs a traceback for every connection whose handshake fails.
    logging.getLogger("websockets.server").setLevel(logging.CRITICAL)
    try:
        asyncio.run(run(options))
    except (OSError, UnicodeError) as error:
        port = "see --port (make run: FEED_PORT)"
        sys.exit(f"error: cannot listen on {options.host}:{options.port}: {reason(error)}; {port}")


if __name__ == "__main__":
    main()
