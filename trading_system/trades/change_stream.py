"""Changes as server-sent events, as the HTML standard has them (WHATWG, "Server-sent events").

Each change is an event `change`; the last of a page has the cursor behind the page as its id. A client that reconnects
sends the id that it has seen last, and gets what came after it: the changes of a page that was cut off, a second time.
"""

import time
from collections.abc import Iterator
from contextlib import suppress

from rest.downloads import FileRenderer
from rest.rules import Conflict
from rest.waiting import places

from .change_reader import Reader, cursor_of
from .changes import Page

HEARTBEAT = 15  # seconds after which a stream says something, so that it is noticed if nobody reads any more
MAX_STREAM = 300  # seconds, after which a client has to connect again
RECONNECT_AFTER = 1000  # milliseconds


class EventStreamRenderer(FileRenderer):
    """Names the format."""

    media_type, format = "text/event-stream", "sse"


def events(reader: Reader) -> Iterator[str]:
    """The first is empty, once the stream has its place. It ends where the cursor does not hold any more."""
    page, until = reader.look(), time.monotonic() + MAX_STREAM
    with places.take(), suppress(Conflict):
        yield ""
        yield f"retry: {RECONNECT_AFTER}\n\n{written(page)}"
        while time.monotonic() < until and not places.ending.is_set():
            yield written(reader.wait(HEARTBEAT))


def written(page: Page) -> str:
    """The events of a page. One without changes is an id alone, which a client keeps and tells nobody."""
    changes = [f"event: change\ndata: {line}\n" for line in page.lines] or [""]
    return "\n".join(changes) + f"id: {cursor_of(page)}\n\n"
