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
from random import Random

from credentials import Credentials
from recording import read_file
from watch.arguments import arguments, rules
from watch.connection import RefusedError, follow, name_of, query_of
from watch.delivery import Delivery
from watch.detector import Alert, SpikeDetector
from watch.sinks import json_line, text_line
from watch.state import Watch

Show = Callable[[Alert], None]


class OutputError(Exception):
    """An alert could not be written; the message says why."""


def say(message: str) -> None:
    if sys.stderr:
        sys.stderr.write(f"{message}\n")  # at once, as there are two threads
        sys.stderr.flush()


async def run(options: argparse.Namespace, watch: Watch, delivery: Delivery | None) -> bool:
    """Follow the feed until it ends, the time is up, a signal comes, or the last alert that was asked for.

    Return whether the feed ended.
    """
    stop = asyncio.Event()
    watch.enough = stop.set
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    passport = Credentials(options.token_file, options.cafile)
    following = asyncio.create_task(
        follow(options.url, watch, passport, stale=options.stale, exit_on_eof=options.exit_on_eof, random=Random())
    )
    tasks = {following, asyncio.create_task(stop.wait())}
    if options.live and sys.stdout.isatty():
        from watch.live import LiveView  # what it needs takes longer to load than everything else

        view = LiveView(watch)
        watch.show = sending(delivery, view.show)
        tasks.add(asyncio.create_task(view.refresh()))
    await asyncio.wait(tasks, timeout=options.duration, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.result()
    return not following.cancelled()


def play(options: argparse.Namespace, watch: Watch) -> None:
    """Run over a recording at the speed of the machine."""

    def reject(problem: str) -> None:
        watch.bad += 1
        say(f"{options.replay}, {problem}: passed over")

    watch.play(read_file(options.replay, reject))


def watch_of(options: argparse.Namespace, show: Show) -> Watch:
    general, special = rules(options)
    rises, falls = (
        SpikeDetector(general, special, falls=falls, max_tickers=options.max_tickers) for falls in (False, True)
    )
    wanted = frozenset(options.tickers)
    return Watch(
        rises, show, falls=falls if options.falls else None, say=say,
        clock=None if options.replay else partial(datetime.now, UTC),
        tickers=wanted, is_partial=bool(query_of(wanted)), max_alerts=options.max_alerts,
    )  # fmt: skip


def printer(line: Callable[[Alert], str]) -> Show:
    def show(alert: Alert) -> None:
        try:
            print(line(alert), flush=True)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"cannot write alerts: {error.strerror}") from error

    return show


def sending(delivery: Delivery | None, show: Show) -> Show:
    """The same, where each alert is sent as well, if there is a delivery."""
    if delivery is None:
        return show

    def send(alert: Alert) -> None:
        delivery.put(json_line(alert))
        show(alert)

    return send


def attend(options: argparse.Namespace, watch: Watch, delivery: Delivery | None) -> tuple[bool, str]:
    """Watch; return whether the feed or the recording came to its end, and what failed."""
    failure = ""
    try:
        if not options.replay:
            return asyncio.run(run(options, watch, delivery)), ""
        play(options, watch)
        return True, ""
    except KeyboardInterrupt:  # while it played a recording
        pass
    except BrokenPipeError:  # whoever read our lines has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OutputError as error:
        failure = str(error)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except RefusedError as error:
        failure = f"{name_of(options.url)}: {error}"
    except (OSError, ValueError) as error:
        if not options.replay:
            raise
        failure = f"{options.replay}: {error}"
    return False, failure


def finish(delivery: Delivery, *, is_patient: bool) -> bool:
    """Send what is left; return whether an alert was lost of which nobody who pressed Ctrl-C knows."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if is_patient:
            delivery.drain()
    except KeyboardInterrupt:
        is_patient = False
    with suppress(KeyboardInterrupt):
        delivery.end()
    return is_patient and delivery.lost > 0


def main() -> int:
    options = arguments()
    if not sys.stdout:
        say("error: cannot write alerts: stdout is closed")
        return 1
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the locale: 📈
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    delivery = (
        Delivery(options.api, say, Random(), Credentials(options.api_token_file, options.cafile))
        if options.api
        else None
    )
    watch = watch_of(options, sending(delivery, printer(json_line if options.json else text_line)))
    is_over, failure = attend(options, watch, delivery)
    if failure:
        say(f"error: {failure}")
    lost = delivery is not None and finish(delivery, is_patient=is_over)
    say(watch.summary() + (delivery.summary() if delivery else ""))
    return 1 if failure or lost else 0


if __name__ == "__main__":
    sys.exit(main())
