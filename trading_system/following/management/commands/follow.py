"""`manage.py follow URL --into FILE`: a ledger's changes into a file, as they come. It needs no database of its own."""

import signal
import ssl
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser

from following.follower import Follower
from following.record import Record
from following.source import Away, Refused, Source, authorization

HELP = """Bring every change of a ledger into a file, a line of JSON each, and go on as they come.

After an end of any kind, the same command goes on where it stopped: nothing is missing, and nothing is there twice.
Exit status: 0 after Ctrl-C or SIGTERM, or with --once when all is there; 1 if it cannot go on; 2 for wrong usage."""


class Command(BaseCommand):
    help = HELP
    requires_system_checks = ()  # they would load the whole API

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", type=service, metavar="URL", help="of the ledger: http://127.0.0.1:8000")
        parser.add_argument("--into", type=Path, required=True, metavar="FILE", help="where the lines are added")
        parser.add_argument("--account", metavar="NAME", help="of these accounts only, separated by commas")
        parser.add_argument("--token-file", type=token, metavar="FILE", help="show the ledger the token in this file")
        parser.add_argument("--cafile", type=certificates, metavar="FILE", help="trust the certificates in this file")
        parser.add_argument("--once", action="store_true", help="end when all that there is by now is there")

    def handle(self, *, url: str, into: Path, once: bool, **options: Any) -> None:
        end_on_signals()
        source = Source(url, options["account"], options["token_file"], options["cafile"])
        try:
            with Record(into) as record:
                follower = Follower(source, record, lambda text: self.stderr.write(f"{url}: {text}"))
                if once:
                    follower.catch_up()
                else:
                    follower.follow()
        except (Refused, Away) as error:
            raise CommandError(f"{url}: {error}") from error
        except OSError as error:
            raise CommandError(f"{into}: {error.strerror or error}") from error


def end_on_signals() -> None:
    """Have Ctrl-C and SIGTERM end the program well, also while it waits for an answer."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))


def token(text: str) -> Path:
    """A file with a token in it."""
    try:
        authorization(Path(text))
    except Refused as error:
        raise ArgumentTypeError(str(error)) from None
    return Path(text)


def certificates(text: str) -> Path:
    """A file of certificates."""
    try:
        ssl.create_default_context(cafile=text)
    except OSError as error:  # ssl's own are among them
        raise ArgumentTypeError(f"{text}: {error.strerror or error}") from None
    return Path(text)


def service(text: str) -> str:
    """The address of a ledger, without the slash at its end, and without a password, which --token-file takes."""
    parts = urlsplit(text)
    is_plain = text.isascii() and text.isprintable() and not set(" ?#@") & set(text)
    if not (parts.scheme in ("http", "https") and parts.hostname and is_plain and parts.port != 0):
        raise ArgumentTypeError(f"{text} is not an address such as http://127.0.0.1:8000")
    return text.rstrip("/")
