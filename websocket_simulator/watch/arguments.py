"""The command line of `client.py`."""

import argparse
import ssl
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import InvalidURI
from websockets.uri import parse_uri

from options import (
    LARGEST,
    number,
    per_ticker,
    positive,
    recording,
    seconds,
    service,
    state_file,
    tickers,
    token_file,
    wait,
)
from status import reason
from watch.places import state_path
from watch.rule import Kind, Rule
from watch.rules_file import RulesError, read_rules
from watch.targets import TargetError, targets_of
from watch.tickers import MAX_TICKERS
from watch.watch_metrics import metrics_address

OF_RULES = Path()  # stands for the file of --rules
DESCRIPTION = "Watch a price feed and report each rise above a threshold within a window."


def rules(options: argparse.Namespace) -> list[tuple[Rule, dict[str, Rule]]]:
    """The rule for rises, that for falls if they are asked for, each with those of tickers that have their own."""
    kinds: list[Kind] = ["rise", "fall"] if options.falls else ["rise"]
    return [_rules_of(options, kind) for kind in kinds]


def _rules_of(options: argparse.Namespace, kind: Kind) -> tuple[Rule, dict[str, Rule]]:
    thresholds, windows = dict(options.threshold), dict(options.window)
    usual = partial(Rule, name=kind, kind=kind, confirm=options.confirm, cooldown=options.cooldown, rearm=options.rearm)
    general = usual(thresholds.pop(None, Rule().threshold), windows.pop(None, Rule().window))
    return general, {
        ticker: usual(thresholds.get(ticker, general.threshold), windows.get(ticker, general.window))
        for ticker in thresholds.keys() | windows.keys()
    }


def url(text: str) -> str:
    """The address of a feed."""
    try:
        parse_uri(text).host.encode("idna")
    except (InvalidURI, UnicodeError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def authority(text: str) -> ssl.SSLContext:
    """The system's trusted certificates, and those of a file."""
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(text)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text}: {reason(error)}") from None
    return context


def parse_arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line; what is wrong with it ends the program, with status 2."""
    parser = argparse.ArgumentParser(description=DESCRIPTION)
    _add_feed(parser)
    _add_moves(parser)
    _add_ways(parser)
    _add_ends(parser)
    _add_rules_and_targets(parser)
    _add_memory(parser)
    options = parser.parse_args(words)
    refuse_contradictions(parser, options)
    try:
        options.notify = targets_of(options.notify, "command line") if options.notify else ()
    except TargetError as error:
        parser.error(f"argument --notify: {error}")
    try:
        options.tickers += subscribed(options.url)
    except ValueError as error:
        parser.error(f"argument --url: {error}")
    return options


def _add_feed(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--url", type=url, default="ws://127.0.0.1:8765", help="address of the feed; default: ws://127.0.0.1:8765")
    add("--token-file", type=token_file, metavar="FILE", help="send the feed the token in this file")
    add("--cafile", type=authority, metavar="FILE", help="trust this CA, besides those of the system")
    add("--tickers", type=tickers, default=[], help="watch only these, separated by commas")


def _add_moves(parser: argparse.ArgumentParser) -> None:
    """The rules of rises and falls, without a file."""
    add, one = parser.add_argument, "TICKER=value for one ticker"
    add("--threshold", type=per_ticker(positive), action="append", default=[], help=f"percent; default: 2; {one}")
    add("--window", type=per_ticker(seconds), action="append", default=[], help=f"seconds; default: 60; {one}")
    add("--confirm", type=wait, default=Rule().confirm, help="seconds for a second tick to agree; 0: none; default: 2")
    add("--cooldown", type=wait, default=Rule().cooldown, help="seconds without another alert of a ticker; default: 0")
    rearm = "seconds of rest before a ticker may raise another alert; default: 5"
    add("--rearm", type=wait, default=Rule().rearm, help=rearm)
    add("--falls", action="store_true", help="report falls as well")
    most = "remember at most so many tickers; default: %(default)s"
    add("--max-tickers", type=number(1, LARGEST), default=MAX_TICKERS, help=most)


def _add_ways(parser: argparse.ArgumentParser) -> None:
    """How ticks come in and alerts go out."""
    add, source = parser.add_argument, parser.add_mutually_exclusive_group().add_argument
    source("--replay", type=recording, metavar="FILE.csv", help="run over a recording, without a feed")
    source("--live", action="store_true", help="show prices and alerts in place, on a terminal")
    add("--json", action="store_true", help="print one JSON object per line")
    add("--api", type=service, metavar="URL", help="send alerts to this ledger, such as http://127.0.0.1:8000")
    add("--api-token-file", type=token_file, metavar="FILE", help="send the ledger the token in this file")


def _add_ends(parser: argparse.ArgumentParser) -> None:
    """When a connection, or the watch, is over."""
    add, duration = parser.add_argument, number(0.0, float(LARGEST), above=True)
    add("--stale", type=duration, default=30.0, help="reconnect after this many seconds without a tick; default: 30")
    add("--duration", type=duration, help="end after this many seconds")
    add("--max-alerts", type=number(1, LARGEST), help="end after this many alerts")
    add("--exit-on-eof", action="store_true", help="end when the feed has played its recording")


def _add_rules_and_targets(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--rules", type=Path, metavar="FILE.toml", help="follow the rules in this file, read again when it changes")
    check = "show the rules in this file, or in that of --rules, or what is wrong"
    add("--check-rules", nargs="?", const=OF_RULES, type=Path, metavar="FILE.toml", help=check)
    notify = "send alerts to this address of Apprise as well; $NAME: to those in a variable; @FILE: to those in a file"
    add("--notify", action="append", default=[], metavar="TARGET", help=notify)
    add("--notify-test", action="store_true", help="send a test message to each --notify, and end")


def _add_memory(parser: argparse.ArgumentParser) -> None:
    """What is kept of a watch, and told of it to Prometheus."""
    state = parser.add_mutually_exclusive_group().add_argument
    state("--state", type=state_file, metavar="FILE", help="remember in this file; default: one below ~/.local/state")
    state("--no-state", action="store_true", help="remember nothing over restarts")
    metrics = "serve metrics for Prometheus there"
    parser.add_argument("--metrics", type=metrics_address, metavar="[HOST:]PORT", help=metrics)


def refuse_contradictions(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """End the program if options do not go together, or a file of rules cannot be read."""
    if options.api_token_file and not options.api:
        parser.error("--api-token-file needs --api")
    if options.notify_test and not options.notify:
        parser.error("--notify-test needs --notify")
    if options.check_rules == OF_RULES:
        options.check_rules = options.rules or parser.error("--check-rules needs a file, or --rules")
    if options.rules and own_rules(options):
        parser.error("--rules goes without options that are rules themselves, such as --threshold")
    try:
        if options.rules and not options.check_rules:
            read_rules(options.rules)
    except RulesError as error:
        parser.error(f"argument --rules: {error}")


def own_rules(options: argparse.Namespace) -> bool:
    """Whether the command line has rules of its own, besides those that are the default."""
    usual = Rule()
    waits = (options.confirm, options.cooldown, options.rearm) != (usual.confirm, usual.cooldown, usual.rearm)
    return bool(options.threshold or options.window or options.falls or waits)


def state_of(options: argparse.Namespace) -> Path | None:
    """The file in which a watch of this feed with these rules remembers, without its ending."""
    if options.no_state:
        return None
    given: Path | None = options.state
    if given:
        return given
    source = options.rules.resolve() if options.rules else rules(options)
    return state_path(options.url, sorted(options.tickers), source, options.api)


def subscribed(url: str) -> list[str]:
    """The tickers that a feed's address asks for; ValueError if one is none."""
    return [ticker for words in parse_qs(urlsplit(url).query).get("tickers", []) for ticker in tickers(words)]
