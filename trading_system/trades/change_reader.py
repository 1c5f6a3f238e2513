"""One request that reads changes: it looks, and may wait and look again."""

import time

from rest.commits import open_since
from rest.errors import Unavailable
from rest.pagination import signer, unsign
from rest.rules import Conflict
from rest.selection import Scope
from rest.waiting import places

from .change_cursors import Cursor
from .changes import BeginAnew, OtherServer, Page, changes_after, present

NOW = "now"  # instead of a cursor: behind all that there is
USE = "trades.changes"
OTHER_LEDGER = "Begin anew, without a cursor: the ledger was restored, or is another one than that of the cursor."
OTHER_ACCOUNTS = "Begin anew, without a cursor: the accounts are no longer those of the cursor."


class NotBegun(Unavailable):
    """The database was restored by hand."""

    default_detail = "The database comes from another server: whoever runs it has to call manage.py begin_changes."
    wait = 30


class Reader:
    """Reads pages of some accounts, from a cursor on. Each look goes on behind the page before."""

    def __init__(self, scope: Scope, size: int, after: str | None, parameter: str = "after") -> None:
        """`after` is a signed cursor, NOW, or None: from the beginning. ValidationError of the parameter otherwise."""
        self.scope, self.size, self.from_now = scope, size, after == NOW
        self.cursor = None if after in (None, NOW) else Cursor.read(unsign(str(after), USE, parameter))

    def look(self) -> Page:
        """What is there. Conflict if the cursor is of another ledger, or of other accounts."""
        try:
            page = self.next_page()
        except BeginAnew:
            raise Conflict(OTHER_LEDGER) from None
        except OtherServer:
            raise NotBegun from None
        if self.cursor and not self.cursor.fits(page.accounts):
            raise Conflict(OTHER_ACCOUNTS)
        self.cursor = Cursor.of(page.place, page.accounts, page.highest)
        return page

    def next_page(self) -> Page:
        if self.from_now and self.cursor is None:
            return present(self.scope)
        return changes_after(self.cursor.place if self.cursor else None, self.scope, self.size)

    def has_news(self) -> bool:
        """Whether there may be something that the last look did not see: a query that costs nothing."""
        return self.cursor is None or open_since() > self.cursor.place.xid

    def wait(self, seconds: float) -> Page:
        """What is there, or what comes within so many seconds. Empty if nothing came, or if the process ends."""
        page, until = self.look(), time.monotonic() + seconds
        while page.is_idle and (left := until - time.monotonic()) > 0 and places.pause(left):
            if self.has_news():
                page = self.look()
        return page


def cursor_of(page: Page) -> str:
    """The cursor behind a page, signed."""
    return signer(USE).sign_object(Cursor.of(page.place, page.accounts, page.highest).written())
