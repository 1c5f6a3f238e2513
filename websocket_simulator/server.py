#!/usr/bin/env python3
"""Stream the prices of real venues, a simulated market or a recording over WebSocket."""

import argparse
import asyncio
import logging
import signal
import sys
import time
from random import Random

if __name__ == "__main__":  # until it serves, a signal ends it at once
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: sys.exit(0))

from feed.admission import Admission, room_for
from feed.arguments import Source, parse_arguments
from feed.backlog import Backlog
from feed.bridge import Bridge, replay_session
from feed.broadcast import Feed
from feed.faults import Faults
from feed.heartbeat import beat
from feed.market import Market
from feed.sources import label_writer, replay, simulate
from status import log, reason
from venues.ccxt_bridge import CcxtSession
from venues.ccxt_library import is_bridged
from venues.dialling import FinalError
from venues.registry import venue_of
from venues.session import Recorder, Session

STOP_TIMEOUT = 2  # seconds for readers to take what is on its way to them when we stop


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM; OSError if the address cannot be had."""
    feed = feed_of(options)
    sessions = sessions_of(options, feed)
    server = await admission_of(options, feed, sessions).open(options.host, options.port, options.tls)
    sending, beating = asyncio.create_task(send_ticks(feed, options, sessions)), asyncio.create_task(beat(feed))
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, sending.cancel)
    host, port = server.sockets[0].getsockname()[:2]
    log(f"feed on {'wss' if options.tls else 'ws'}://{f'[{host}]' if ':' in host else host}:{port} ({said(options)})")
    await asyncio.wait({sending})
    beating.cancel()
    server.close()
    await asyncio.wait({asyncio.create_task(server.wait_closed())}, timeout=STOP_TIMEOUT)
    feed.abort()  # those that took nothing; asyncio.run cancels handshakes that were never finished
    try:
        await sending
    except asyncio.CancelledError:
        pass
    except FinalError as error:
        sys.exit(f"error: {error}")
    except (OSError, ValueError) as error:
        sys.exit(f"error: {options.replay or options.source_file or options.labels.name}: {error}")
    finally:
        if options.record:
            options.record.close()


def said(options: argparse.Namespace) -> str:
    """Where ticks come from, for people."""
    if options.sources and not options.source_file:
        return ", ".join(source.word for source in options.sources)
    return "recording" if options.replay or options.source_file else "simulated market"


def kind_of(options: argparse.Namespace) -> str:
    """The same, for programs."""
    if options.replay or options.source_file:
        return "recording"
    return "real" if options.sources else "simulated"


def sessions_of(options: argparse.Namespace, feed: Feed) -> dict[str, Session | CcxtSession]:
    """A session for each source, by its word; all feed the same."""
    if options.source_file:
        return {}
    bridge = Bridge(feed)
    return {source.word: session_of(source, bridge, options.record) for source in options.sources}


def session_of(source: Source, bridge: Bridge, recorder: Recorder | None) -> Session | CcxtSession:
    """A session of ours, or ccxt's."""
    kind = CcxtSession if is_bridged(source.venue) else Session
    return kind(
        source.venue, source.tickers, bridge, log,
        keys=source.keys, name=source.word, address=source.url, recorder=recorder,
    )  # fmt: skip


def feed_of(options: argparse.Namespace) -> Feed:
    """A feed with the faults that the options ask for."""
    rates = {kind: rate for rates in options.fault for kind, rate in rates.items()}
    seed = Random().getrandbits(32) if options.seed is None else options.seed
    # Numbers begin with the clock's microseconds, so that those of a restarted feed continue those of the one before.
    return Feed(Backlog(time.time_ns() // 1000), Faults(rates, seed))


def admission_of(options: argparse.Namespace, feed: Feed, sessions: dict[str, Session | CcxtSession]) -> Admission:
    """The feed's admission; at most as many clients as the system has room for."""
    max_clients = room_for(options.max_clients)
    if max_clients < options.max_clients:
        log(f"there is room for {max_clients} clients: the system's limit of open files is low (ulimit -n)")
    return Admission(
        feed, source=kind_of(options), venues=lambda: {word: session.state() for word, session in sessions.items()},
        max_clients=max(1, max_clients),
        max_per_address=options.max_per_address, origins=options.origin, token_file=options.token_file,
    )  # fmt: skip


async def send_ticks(feed: Feed, options: argparse.Namespace, sessions: dict[str, Session | CcxtSession]) -> None:
    """Feed what there is to feed; OSError and ValueError tell of the recording, or of the file for labels.

    FinalError when no venue is left that wants us.
    """
    if options.source_file:
        await replay_session(feed, options.source_file, venue_of, options.speed, log)
    elif sessions:
        await asyncio.gather(*map(follow, sessions.values()))
        raise FinalError("no venue is left that sends prices")
    elif options.replay:
        await replay(feed, options.replay, options.speed, log)
    else:
        label = label_writer(options.labels) if options.labels else None
        await simulate(feed, Market(options.tickers, options.rate, Random(options.seed), label))


async def follow(session: Session | CcxtSession) -> None:
    """Follow a venue, as long as it wants us; the others go on."""
    try:
        await session.run()
        session.say("it refuses all tickers")
    except FinalError as error:
        session.say(str(error))


def main() -> None:
    """Serve as the command line says; the exit status is 1 if the address cannot be had."""
    options = parse_arguments(description=__doc__)
    # The library logs a traceback for every connection whose handshake fails.
    logging.getLogger("websockets.server").setLevel(logging.CRITICAL)
    try:
        asyncio.run(run(options))
    except (OSError, UnicodeError) as error:
        port = "see --port (make run: FEED_PORT)"
        sys.exit(f"error: cannot listen on {options.host}:{options.port}: {reason(error)}; {port}")


if __name__ == "__main__":
    main()
