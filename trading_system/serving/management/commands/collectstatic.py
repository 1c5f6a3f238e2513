"""`manage.py collectstatic`, one at a time; a server that starts waits until it has finished."""

import fcntl
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic

from serving.directories import locked_directory


class Command(collectstatic.Command):
    def handle(self, **options: Any) -> str | None:
        root = Path(settings.STATIC_ROOT)
        root.mkdir(parents=True, exist_ok=True)
        with locked_directory(root.resolve(), fcntl.LOCK_EX):
            return super().handle(**options)
