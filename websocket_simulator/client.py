#!/usr/bin/env python3
"""Watch a feed of prices and say when one rises by more than a threshold within a window."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from random import Random
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import InvalidURI
from websockets.uri import parse_uri

from connection import RefusedError, follow, name_of, query_of
from detector import MAX_TICKERS, Alert, SpikeDetector
from options import LARGEST, number, per_ticker, positive, recording, seconds, tickers, whole
from replay import read_file
from sinks import json_line, text_line
from watch import Watch
from window import Rule


class OutputError(Exception):
    """An alert could not be written; the message says why."""


def say(message: str) -> None:
    if sys.stderr:
        print(message, file=sys.stderr, flush=True)


async def run(options: argparse.Namespace, watch: Watch) -> None:
    """Follow the feed until it ends, the time is up, a signal comes, or the last alert that was asked for."""
    stop = asyncio.Event()
    watch.enough = stop.set
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    following = asyncio.create_task(
        follow(options.url, watch, stale=options.stale, exit_on_eof=options.exit_on_eof, random=Random())
    )
    tasks = {following, asyncio.create_task(stop.wait())}
    if options.live and sys.stdout.isatty():
        from live import LiveView  # what it needs takes longer to load than everything else

        view = LiveView(watch)
        watch.show = view.show
        tasks.add(asyncio.create_task(view.refresh()))
    await asyncio.wait(tasks, timeout=options.duration, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.result()


def play(options: argparse.Namespace, watch: Watch) -> None:
    """Run over a recording at the speed of the machine."""

    def reject(problem: str) -> None:
        watch.bad += 1
        say(f"{options.replay}, {problem}: passed over")

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    watch.play(read_file(options.replay, reject))


def rules(options: argparse.Namespace) -> tuple[Rule, dict[str, Rule]]:
    """The rule for all tickers, and those of tickers for which something else was said."""
    thresholds, windows = dict(options.threshold), dict(options.window)
    general = Rule(thresholds.pop(None, Rule().threshold), windows.pop(None, Rule().window))
    return general, {
        ticker: Rule(thresholds.get(ticker, general.threshold), windows.get(ticker, general.window))
        for ticker in thresholds.keys() | windows.keys()
    }


def url(text: str) -> str:
    try:
        parse_uri(text).host.encode("idna")
    except (InvalidURI, UnicodeError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--url", type=url, default="ws://127.0.0.1:8765", help="of the feed; default: ws://127.0.0.1:8765")
    add("--tickers", type=tickers, default=[], help="watch only these, separated by commas")
    per_ticker_options: tuple[tuple[str, Callable[[str], object], str], ...] = (
        ("--threshold", positive, "percent; default: 2"),
        ("--window", seconds, "seconds; default: 60"),
    )
    for option, parse, text in per_ticker_options:
        add(option, type=per_ticker(parse), action="append", default=[], help=f"{text}; TICKER=value for one")
    add("--falls", action="store_true", help="tell of falls as well")
    add("--max-tickers", type=whole(1, LARGEST), default=MAX_TICKERS, help=f"to remember; default: {MAX_TICKERS}")
    add("--replay", type=recording, metavar="FILE.csv", help="run over a recording, without a feed")
    add("--json", action="store_true", help="print one JSON object a line")
    add("--live", action="store_true", help="show prices and alerts in place, on a terminal")
    add(
        "--stale",
        type=number(0, LARGEST),
        default=30.0,
        help="seconds without a tick that end a connection; default: 30",
    )
    add("--duration", type=number(0, LARGEST), help="end after so many seconds")
    add("--max-alerts", type=whole(1, LARGEST), help="end after so many alerts")
    add("--exit-on-eof", action="store_true", help="end when the feed has played its recording")
    options = parser.parse_args(words)
    if options.replay and options.live:
        parser.error("--live needs a feed, not --replay")
    asked = parse_qs(urlsplit(options.url).query).get("tickers", [])
    try:
        options.tickers += [ticker for words in asked for ticker in tickers(words)]
    except ValueError as error:
        parser.error(f"argument --url: {error}")
    return options


def watch_of(options: argparse.Namespace, show: Callable[[Alert], None]) -> Watch:
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


def printer(line: Callable[[Alert], str]) -> Callable[[Alert], None]:
    def show(alert: Alert) -> None:
        try:
            print(line(alert), flush=True)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"cannot write alerts: {error.strerror}") from error

    return show


def main() -> int:
    options = arguments()
    if not sys.stdout:
        say("error: cannot write alerts: stdout is closed")
        return 1
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the locale: 📈
    watch = watch_of(options, printer(json_line if options.json else text_line))
    failure = ""
    try:
        if options.replay:
            play(options, watch)
        else:
            asyncio.run(run(options, watch))
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
    if failure:
        say(f"error: {failure}")
    say(watch.summary())
    return 1 if failure else 0


if __name__ == "__main__":
    sys.exit(main())
