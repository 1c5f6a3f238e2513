"""Which days by UTC lie in a span of time: wholly, or in part. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

DAY = timedelta(days=1)
ALWAYS, NEVER = "-infinity", "infinity"  # of PostgreSQL's dates and instants


@dataclass(frozen=True)
class Span:
    """Instants from `since` to `until`, both included; None is no limit."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def first(self) -> date | str:
        """The first day of which no instant is before the span; OverflowError if there is none."""
        if self.since is None:
            return ALWAYS
        return (self.since - timedelta.resolution).astimezone(UTC).date() + DAY

    @property
    def last(self) -> date | str:
        """The last day of which no instant is after the span; OverflowError if there is none."""
        if self.until is None:
            return NEVER
        return (self.until + timedelta.resolution).astimezone(UTC).date() - DAY

    @property
    def edges(self) -> list[date]:
        """The days that lie in it in part."""
        begin, end = ({one.astimezone(UTC).date()} if one else set() for one in (self.since, self.until))
        begin = {day for day in begin if day != self.first}
        return sorted(begin | {day for day in end if day != self.last})
