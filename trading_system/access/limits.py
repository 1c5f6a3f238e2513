"""How often somebody may do something in a minute, counted in PostgreSQL for all processes of the service together.

A minute is one of the database's clock. A process takes a lease of several times at once where a limit is generous, so
that most requests ask no database; a lease that is not used up by the end of its minute is lost. Whoever has used the
limit up is refused from memory until the next minute. After a crash of PostgreSQL all counts begin anew: the table is
not logged, so that counting waits for no disk.
"""

import time
from dataclasses import dataclass
from math import ceil
from threading import Lock

from django.conf import settings
from django.db import connection
from rest_framework.exceptions import Throttled

WINDOW = 60  # seconds
MAX_LEASES = 1000  # in memory; with more, those whose minute is over are forgotten
KEPT = 3600  # seconds after which a count is removed
TAKE = """
    WITH clock AS (SELECT EXTRACT(EPOCH FROM CLOCK_TIMESTAMP()) AS now)
    INSERT INTO access_usage AS kept (key, minute, used)
    SELECT %(key)s, FLOOR(now / %(window)s), %(size)s FROM clock
    ON CONFLICT (key) DO UPDATE SET minute = EXCLUDED.minute,
        used = EXCLUDED.used + CASE WHEN kept.minute = EXCLUDED.minute THEN kept.used ELSE 0 END
    RETURNING used, (%(window)s - (SELECT MOD(now, %(window)s) FROM clock))::float
"""
PRUNE = "DELETE FROM access_usage WHERE minute < FLOOR((EXTRACT(EPOCH FROM NOW()) - %(kept)s) / %(window)s)"


class TooOften(Throttled):
    wait: int  # seconds, sent as Retry-After
    default_detail = "Too many requests."
    extra_detail_singular = extra_detail_plural = "Try again in {wait} s."


@dataclass
class Lease:
    until: float  # on the monotonic clock
    left: int  # times that are paid for
    is_last: bool  # there is nothing more to be had until then


@dataclass(frozen=True)
class Limit:
    """So many times a minute for each of those who are counted, as often as settings say, or `factor` times that.

    `lease` is how many a process takes at once, if that is not more than a hundredth of all.
    """

    name: str
    lease: int = 1
    factor: int = 1

    @property
    def times(self) -> int:
        return int(settings.LIMITS[self.name]) * self.factor

    def take(self, who: object) -> None:
        """Count one more; TooOften if there is none left in this minute."""
        key = f"{self.name} {who}"
        while not leases.spend(key):
            leases.add(key, self.ask(key))

    def ask(self, key: str) -> Lease:
        """Count as many as one lease has, and say how many of them are within the limit."""
        size = max(1, min(self.lease, self.times // 100))
        with connection.cursor() as cursor:
            cursor.execute(TAKE, {"key": key, "size": size, "window": WINDOW})
            used, seconds = cursor.fetchone()
            if leases.is_time_to_prune():
                cursor.execute(PRUNE, {"kept": KEPT, "window": WINDOW})
        within = max(0, min(size, self.times - used + size))
        return Lease(time.monotonic() + seconds, within, is_last=used >= self.times)


class Leases:
    """What this process holds, for all its threads."""

    def __init__(self) -> None:
        self.held: dict[str, Lease] = {}
        self.lock = Lock()
        self.prune_at = 0.0

    def spend(self, key: str) -> bool:
        """Take one; False if another lease has to be asked for, TooOften if that would be in vain."""
        with self.lock:
            lease, now = self.held.get(key), time.monotonic()
            if lease is None or lease.until <= now:
                return False
            if lease.left:
                lease.left -= 1
                return True
            if lease.is_last:
                raise TooOften(ceil(lease.until - now))
            return False

    def add(self, key: str, lease: Lease) -> None:
        with self.lock:
            old, now = self.held.get(key), time.monotonic()
            if old and old.until > now:  # of another thread, which asked at the same moment
                lease.left += old.left
            if len(self.held) >= MAX_LEASES:
                self.held = {key: lease for key, lease in self.held.items() if lease.until > now}
            self.held[key] = lease

    def is_time_to_prune(self) -> bool:
        """Once in a window."""
        now = time.monotonic()
        if now < self.prune_at:
            return False
        self.prune_at = now + WINDOW
        return True


leases = Leases()
LOGINS = Limit("logins")  # of an address
LOGINS_AS = Limit("logins", factor=10)  # of a user, whom strangers should not be able to keep out easily
TOKEN_FAILURES = Limit("token_failures")
READS = Limit("reads", lease=100)
WRITES = Limit("writes", lease=50)
