#!/usr/bin/env python3
"""Django's command line for the ledger."""

import os
import signal
import sys


def main() -> None:
    """Run a command; a wrong setting or an absent database is an error on stderr, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trading_system.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import BaseCommand, execute_from_command_line
    from django.core.management.base import SystemCheckError
    from django.db import OperationalError, connection

    try:
        if sys.argv[1:2] and sys.argv[1] in ("runserver", "serve", "migrate", "check"):
            django.setup()  # and look, as they fail on what is missing before they say so
            BaseCommand().check(tags=["configuration"])
        if sys.argv[1:2] == ["runserver"]:
            # Its reloader answers an absent database with tracebacks, and waits for an edit. It also kills the process
            # that serves 0.25 s after Ctrl-C; with this one among its users, the embedded PostgreSQL is stopped anyway.
            connection.ensure_connection()
            connection.close()
        execute_from_command_line(sys.argv)
    except SystemCheckError as error:
        sys.exit(str(error))
    except (ImproperlyConfigured, OperationalError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
