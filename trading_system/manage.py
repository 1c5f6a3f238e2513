#!/usr/bin/env python3
"""Django's command line for the ledger."""

import os
import signal
import sys

PATIENCE = 3  # seconds for the process that serves to end after Ctrl-C


def main() -> None:
    """Run a command; a wrong setting or an absent database is one line on stderr, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trading_system.settings")
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    import psycopg2  # noqa: F401  # while it is loaded, it swallows the exception that Ctrl-C raises

    signal.signal(signal.SIGINT, signal.default_int_handler)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError
    from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

    if sys.argv[1:2] == ["runserver"] and "--noreload" not in sys.argv and DJANGO_AUTORELOAD_ENV not in os.environ:
        # Ctrl-C reaches the process that serves as well, and Django would kill it here before it has ended well.
        signal.signal(signal.SIGINT, lambda signum, frame: signal.alarm(PATIENCE))
        signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
