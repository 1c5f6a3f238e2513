#!/usr/bin/env python3
"""Watch a feed of prices and say when one rises by more than a threshold within a window."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from batches import read_batches
from credentials import Credentials
from recording import read_file
from status import log
from watch.alert import Alert
from watch.arguments import parse_arguments, rules
from watch.connection import RefusedError, follow, name_of, query_of
from watch.delivery import Delivery
from watch.detector import SpikeDetector
from watch.sinks import json_line, text_line
from watch.state import Watch

if TYPE_CHECKING:
    from watch.live import LiveView

Show = Callable[[list[Alert]], None]


LOOK_EVERY = 0.1  # seconds


class OutputError(Exception):
    """An alert could not be written; the message says why."""


async def run(options: argparse.Namespace, watch: Watch, view: "LiveView | None") -> bool:
    """Follow the feed until it ends, the watch is over, the time is up, or a signal comes; return whether it ended."""
    credentials = Credentials(options.token_file, options.cafile)
    following = asyncio.create_task(
        follow(options.url, watch, credentials, stale=options.stale, exit_on_eof=options.exit_on_eof)
    )
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, following.cancel)
    tasks: list[asyncio.Task[Any]] = [following, asyncio.create_task(look_again(watch))]
    if view:
        tasks.append(asyncio.create_task(view.refresh(watch)))
    await asyncio.wait(tasks, timeout=options.duration, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for failure in results:
        if isinstance(failure, Exception):  # which a cancellation is not
            raise failure
    return results[0] is True


async def look_again(watch: Watch) -> None:
    """Tell what no further tick confirms, as soon as its time is up."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        watch.let_time_pass()


def backtest(options: argparse.Namespace, watch: Watch) -> None:
    """Run over a recording at the speed of the machine."""

    def reject(problem: str) -> None:
        watch.bad += 1
        log(f"{options.replay}, {problem}: skipped")

    read = read_file if options.max_alerts else read_batches  # with the last alert, what comes after it is not read
    watch.backtest(read(options.replay, reject))


def watch_of(options: argparse.Namespace, show: Show) -> Watch:
    """A watch over what the options name; `show` gets its alerts."""
    detectors = [SpikeDetector(*each, max_tickers=options.max_tickers) for each in rules(options)]
    tickers = frozenset(options.tickers)
    return Watch(
        detectors, show, log=log,
        clock=None if options.replay else partial(datetime.now, UTC),
        tickers=tickers, is_partial=bool(query_of(tickers)), max_alerts=options.max_alerts,
    )  # fmt: skip


def output(options: argparse.Namespace, view: "LiveView | None", delivery: Delivery | None) -> Show:
    """Sends each alert, if there is a delivery, and shows it: in the view, or as a line; OutputError if that fails."""
    line = json_line if options.json else text_line

    def show(alerts: list[Alert]) -> None:
        for alert in alerts:
            if delivery:
                delivery.put(json_line(alert))
        if view:
            view.show(alerts)
            return
        try:
            sys.stdout.write("".join(f"{line(alert)}\n" for alert in alerts))  # in one piece, as messages are
            sys.stdout.flush()
        except OSError as error:
            raise OutputError(f"cannot write alerts: {error.strerror}") from error

    return show


def watch_to_the_end(
    options: argparse.Namespace, watch: Watch, view: "LiveView | None", delivery: Delivery | None
) -> tuple[bool, str]:
    """Return whether the feed or the recording came to its end, and its alerts were sent; and what failed."""
    failure, has_ended = "", True
    try:
        if options.replay:
            backtest(options, watch)
        else:
            has_ended = asyncio.run(run(options, watch, view))
            if has_ended:
                watch.finish()
        if has_ended and delivery:
            delivery.drain()
        return has_ended, ""
    except KeyboardInterrupt:  # while it ran over a recording, or waited for the ledger
        pass
    except OutputError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error.__cause__, BrokenPipeError):  # then whoever read our lines has seen enough
            failure = str(error)
    except RefusedError as error:
        failure = f"{name_of(options.url)}: {error}"
    except (OSError, ValueError) as error:
        if not options.replay:
            raise
        failure = f"{options.replay}: {error}"
    return False, failure


def main() -> int:
    """Watch as the command line says, and return the exit status: 1 if something failed, or an alert was lost."""
    options, view, delivery = parse_arguments(), None, None
    if not sys.stdout:
        log("error: cannot write alerts: stdout is closed")
        return 1
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the locale: 📈
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if options.live and sys.stdout.isatty():
        from watch.live import LiveView  # what it needs takes longer to load than everything else

        view = LiveView()
    if options.api:
        delivery = Delivery(options.api, log, Credentials(options.api_token_file, options.cafile))
        delivery.start()
    watch = watch_of(options, output(options, view, delivery))
    has_ended, failure = watch_to_the_end(options, watch, view, delivery)
    if failure:
        log(f"error: {failure}")
    if delivery:
        with suppress(KeyboardInterrupt):
            delivery.end()
    log(watch.summary() + (delivery.summary() if delivery else ""))
    return 1 if failure or (delivery and has_ended and delivery.lost) else 0


if __name__ == "__main__":
    sys.exit(main())
