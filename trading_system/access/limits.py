"""Throttles: how many logins, wrong tokens and heavy requests are allowed per minute.

Plain reads and writes are not counted. Each count is one query to PostgreSQL, which counts for all processes and
machines together, by the minutes of its own clock. The table is UNLOGGED: counting waits for no disk, and a crash of
PostgreSQL resets the counts.
"""

from dataclasses import dataclass
from hashlib import sha256
from math import ceil

from django.conf import settings
from django.db import connection
from rest_framework.exceptions import Throttled

from rest.errors import ReadOnly

WINDOW = 60  # seconds
COUNT = "SELECT used, remaining FROM access_count(%s, %s)"  # nulls on a read-only database


class TooOften(Throttled):
    """429 with Retry-After, of a subject whose limit is reached."""

    wait: int  # seconds, sent as Retry-After
    default_detail = "Too many requests."
    extra_detail_singular = extra_detail_plural = "Try again in {wait} s."


@dataclass(frozen=True)
class Limit:
    """`factor` times settings.LIMITS[name] per minute, for each subject: an address, a user name or a user."""

    name: str
    factor: int = 1

    def take(self, subject: object) -> None:
        """Count one more. Raises TooOften beyond the limit, ReadOnly if the database cannot count.

        The key has a digest of the subject, as a user name in a request may be of any length.
        """
        key = f"{self.name} {sha256(str(subject).encode()).hexdigest()}"
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [key, WINDOW])
            used, remaining = cursor.fetchone()
        if used is None:
            raise ReadOnly
        if used > settings.LIMITS[self.name] * self.factor:
            raise TooOften(ceil(remaining))


LOGINS = Limit("logins")  # of an address
LOGINS_AS = Limit("logins", factor=10)  # as a user; more, so that strangers do not easily lock a user out
TOKEN_FAILURES = Limit("token_failures")  # of an address
HEAVY_REQUESTS = Limit("heavy")  # of a user; throttles.py says which they are
