#!/usr/bin/env python3
"""Django's command line for the ledger."""

import os
import signal
import sys


def main() -> None:
    """Run a command; a wrong setting or an absent database is one line on stderr, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trading_system.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError
    from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

    if sys.argv[1:2] == ["runserver"] and "--noreload" not in sys.argv and DJANGO_AUTORELOAD_ENV not in os.environ:
        # The process that serves hears Ctrl-C as well, and this one would kill it before it has ended well.
        signal.signal(signal.SIGINT, lambda signum, frame: None)
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
