#!/usr/bin/env python3
"""Django's command line for the ledger."""

import os
import signal
import sys
from types import FrameType


def main() -> None:
    """Run a command; a wrong setting or an absent database is one line on stderr, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trading_system.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    signal.signal(signal.SIGTERM, end)
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def end(signum: int, frame: FrameType | None) -> None:
    """End as Ctrl-C does, so that what was registered to run at the end does run."""
    sys.exit(0)


if __name__ == "__main__":
    main()
