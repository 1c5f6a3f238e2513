"""The changes of the ledger over HTTP: /api/trades/changes/."""

from typing import Any

import msgspec
from rest_framework.request import Request

from rest.errors import Unavailable
from rest.pagination import signer, unsign
from rest.parameters import whole_number
from rest.rules import Conflict
from rest.selection import Scope

from .change_cursors import Cursor
from .changes import BeginAnew, OtherServer, Page, changes_after, present

PAGE_SIZE, MAX_PAGE_SIZE = 1000, 10_000
PARAMETERS = {"after", "page_size"}
NOW = "now"  # instead of a cursor: behind all that there is
USE = "trades.changes"
OTHER_LEDGER = "Begin anew, without after: the ledger was restored, or is another one than that of the cursor."
OTHER_ACCOUNTS = "Begin anew, without after: the accounts are no longer those of the cursor."


class NotBegun(Unavailable):
    """The database was restored by hand."""

    default_detail = (
        "The database comes from another server: whoever runs it has to begin changes anew (begin_changes)."
    )
    wait = 30


def page_of(request: Request, scope: Scope) -> dict[str, Any]:
    """What comes after the request's cursor in these accounts, as the body of the answer.

    Conflict if the cursor is of another ledger or of other accounts, ValidationError if it is none.
    """
    return as_body(look(request.query_params.get("after"), scope, size_of(request)))


def size_of(request: Request) -> int:
    return whole_number(request, "page_size", PAGE_SIZE, MAX_PAGE_SIZE)


def look(after: str | None, scope: Scope, size: int) -> Page:
    """A page behind a cursor, the text NOW, or nothing."""
    cursor = Cursor.read(unsign(after, USE, "after")) if after and after != NOW else None
    try:
        page = present(scope) if after == NOW else changes_after(cursor and cursor.place, scope, size)
    except BeginAnew:
        raise Conflict(OTHER_LEDGER) from None
    except OtherServer:
        raise NotBegun from None
    if cursor and not cursor.fits(page.accounts):
        raise Conflict(OTHER_ACCOUNTS)
    return page


def cursor_of(page: Page) -> str:
    """The cursor behind a page, signed."""
    return signer(USE).sign_object(Cursor.of(page.place, page.accounts, page.highest).written())


def as_body(page: Page) -> dict[str, Any]:
    results = msgspec.Raw(f"[{','.join(page.lines)}]".encode())
    return {"results": results, "cursor": cursor_of(page), "more": page.more, "lag": f"{page.lag:.3f}"}
