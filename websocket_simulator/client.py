#!/usr/bin/env python3
"""Watch a feed of prices and say when one rises by more than a threshold within a window."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

if __name__ == "__main__":  # while it loads, a signal ends it at once
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: sys.exit(0))

from batches import read_batches
from credentials import Credentials
from recording import read_file
from status import log
from watch.arguments import parse_arguments
from watch.client_parts import Parts
from watch.connection import RefusedError, follow, name_of
from watch.notify import try_targets
from watch.rule_table import check_rules
from watch.watch_metrics import MetricsError

LOOK_EVERY = 0.1  # seconds
RULES_EVERY = 1.0  # seconds


class OutputError(Exception):
    """An alert could not be written; the message says why."""


async def run(options: argparse.Namespace, parts: Parts) -> bool:
    """Follow the feed until it ends, the watch is over, the time is up, or a signal comes; return whether it ended."""
    loop, credentials = asyncio.get_running_loop(), Credentials(options.token_file, options.cafile)
    following = asyncio.create_task(
        follow(options.url, parts.watch, credentials, stale=options.stale, exit_on_eof=options.exit_on_eof)
    )
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, following.cancel)
    is_followed = bool(parts.rulebook.file or parts.rulebook.ledger)  # else it says that the terminal was closed
    loop.add_signal_handler(signal.SIGHUP, parts.rulebook.ask if is_followed else following.cancel)
    beside = [every(LOOK_EVERY, parts.look), follow_rules(parts)]
    if parts.keeper:
        beside.append(parts.keeper.run(parts.watch))
    if parts.teller.view:
        beside.append(parts.teller.view.refresh(parts.watch))
    tasks: list[asyncio.Task[Any]] = [following, *map(asyncio.create_task, beside)]
    await asyncio.wait(tasks, timeout=options.duration, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    loop.remove_signal_handler(signal.SIGTERM)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for failure in results:
        if isinstance(failure, Exception):  # which a cancellation is not
            raise failure
    return results[0] is True


async def every(seconds: float, do: Callable[[], None]) -> None:
    """Do it again and again."""
    while True:
        await asyncio.sleep(seconds)
        do()


async def follow_rules(parts: Parts) -> None:
    """Change over to other rules whenever there are some; files are read in a thread."""
    while True:
        await asyncio.sleep(RULES_EVERY)
        if rules := await asyncio.to_thread(parts.rulebook.changed):
            parts.use(rules)


def backtest(options: argparse.Namespace, parts: Parts) -> None:
    """Run over a recording at the speed of the machine."""

    def reject(problem: str) -> None:
        parts.watch.intake.bad += 1
        log(f"{options.replay}, {problem}: skipped")

    read = read_file if options.max_alerts else read_batches  # with the last alert, what comes after it is not read
    parts.watch.backtest(read(options.replay, reject))


def write_line(line: str) -> None:
    """Write to stdout, in one piece, as messages are; OutputError if that fails."""
    try:
        sys.stdout.write(line)
        sys.stdout.flush()
    except OSError as error:
        raise OutputError(f"cannot write alerts: {error.strerror}") from error


def watch_to_the_end(options: argparse.Namespace, parts: Parts) -> tuple[bool, str]:
    """Return whether the feed or the recording came to its end, and its alerts were sent; and what failed."""
    failure, has_ended = "", True
    try:
        parts.begin()
        if options.replay:
            backtest(options, parts)
        else:
            has_ended = asyncio.run(run(options, parts))
        parts.finish(has_ended=has_ended)
        return has_ended, ""
    except KeyboardInterrupt:  # while it ran over a recording, or waited for the ledger
        pass
    except OutputError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error.__cause__, BrokenPipeError):  # then whoever read our lines has seen enough
            failure = str(error)
    except MetricsError as error:
        failure = str(error)
    except RefusedError as error:
        failure = f"{name_of(options.url)}: {error}"
    except (OSError, ValueError) as error:
        if not options.replay:
            raise
        failure = f"{options.replay}: {error}"
    return False, failure


def main() -> int:
    """Do what the command line says, and return the exit status; a signal before anything has begun ends it well."""
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.default_int_handler)
    try:
        return start(parse_arguments())
    except KeyboardInterrupt:
        return 0


def start(options: argparse.Namespace) -> int:
    """Watch as the options say, and return the exit status: 1 if something failed, or an alert was lost."""
    if not sys.stdout:
        log("error: cannot write alerts: stdout is closed")
        return 1
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the locale: 📈
    if options.check_rules:
        return check_rules(options.check_rules)
    if options.notify_test:
        return 0 if try_targets(options.notify, print) else 1
    if options.rules:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until `run` follows changes: the file is about to be read
    view = None
    if options.live and sys.stdout.isatty():
        from watch.live import LiveView  # what it needs takes longer to load than everything else

        view = LiveView()
    parts = Parts(options, log, write_line, view)
    has_ended, failure = watch_to_the_end(options, parts)
    if failure:
        log(f"error: {failure}")
    with suppress(KeyboardInterrupt):
        parts.end()
    for line in parts.summary():
        log(line)
    return 1 if failure or (has_ended and parts.lost) else 0


if __name__ == "__main__":
    sys.exit(main())
