"""One process at a time delivers. Another that was started waits until the first is gone, however that ended."""

from typing import Any

from django.db import connection

DELIVERING = 0x686F6F6B  # this advisory lock, which PostgreSQL takes back when the connection ends
TRY = "SELECT pg_try_advisory_lock(%s)"


class Leadership:
    """Of this process, by its connection to the database."""

    def __init__(self) -> None:
        self.held_by: Any = None  # the connection

    def is_ours(self) -> bool:
        """Whether this process delivers; tries to get the lock if it does not have it. Asks once a connection."""
        if self.held_by is None or self.held_by is not connection.connection:
            with connection.cursor() as cursor:
                cursor.execute(TRY, [DELIVERING])
                self.held_by = connection.connection if cursor.fetchone() == (True,) else None
        return self.held_by is not None
