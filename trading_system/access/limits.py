"""How often something may be done in a minute: guessing passwords, guessing tokens, and heavy requests.

Plain reads and writes are not counted. Each count is one query to PostgreSQL, which counts for all processes and
machines together, by the minutes of its own clock. The table is not logged, so counting waits for no disk, and a crash
of PostgreSQL resets the counts.
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
    wait: int  # seconds, sent as Retry-After
    default_detail = "Too many requests."
    extra_detail_singular = extra_detail_plural = "Try again in {wait} s."


@dataclass(frozen=True)
class Limit:
    """`factor` times as often as the setting of this name says, for each of those who are counted."""

    name: str
    factor: int = 1

    @property
    def times(self) -> int:
        return int(settings.LIMITS[self.name]) * self.factor

    def take(self, who: object) -> None:
        """Count one more; TooOften beyond the limit, ReadOnly where the database cannot count.

        Whoever is counted is stored as a digest: an address or a name from a request has no length to rely on.
        """
        key = f"{self.name} {sha256(str(who).encode()).hexdigest()}"
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [key, WINDOW])
            used, remaining = cursor.fetchone()
        if used is None:
            raise ReadOnly
        if used > self.times:
            raise TooOften(ceil(remaining))


LOGINS = Limit("logins")  # of an address
LOGINS_AS = Limit("logins", factor=10)  # as a user, whom strangers should not be able to lock out easily
TOKEN_FAILURES = Limit("token_failures")  # of an address
HEAVY_REQUESTS = Limit("heavy")  # of a user; throttles.py says which they are
