"""A connection to a venue is made. What is said of a failure never shows a key."""

import ssl
from datetime import UTC, datetime
from math import inf
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI

from retry import retry_after
from status import reason
from stream import Stream
from venues.venue import Limits, Venue

MAX_RETRY_AFTER = 3600.0  # seconds; a venue that asks for more is asked earlier
BUSY = 60.0  # seconds to stay away after 418, 429 and 403, where the venue names no other time
STATUSES = {  # of any venue, where it has none of its own
    401: ("the keys are wrong", inf),
    403: ("it refuses us", BUSY),
    404: ("there is no feed", inf),
    418: ("our address is banned for a while", 2 * BUSY),
    429: ("too many requests", BUSY),
    451: ("it is not available where we are", inf),
}


class UnreachableError(Exception):
    """The venue cannot be reached at the moment; after `wait` seconds, at least, another attempt may succeed."""

    def __init__(self, text: str, wait: float = 0.0) -> None:
        super().__init__(text)
        self.wait = wait


class FinalError(Exception):
    """The venue does not want us, and another attempt would change nothing; the message says why."""


async def dial(venue: Venue, address: str, tls: ssl.SSLContext | None) -> Stream:
    """Connect; UnreachableError if another attempt may succeed, FinalError if not."""
    options: dict[str, Any] = {"ssl": tls} if tls else {}
    limits: Limits = venue.limits
    try:
        connection = await connect(
            address, create_connection=Stream, compression=None, max_size=limits.frame_size, proxy=None,
            ping_interval=limits.silence * 2 / 3, ping_timeout=limits.silence, close_timeout=1, **options,
        )  # fmt: skip
    except InvalidStatus as error:
        raise refusal(venue, error.response.status_code, error.response.headers.get("Retry-After")) from None
    except ssl.SSLError as error:  # some of which are ValueError as well
        raise UnreachableError(reason(error)) from None
    except (InvalidURI, ValueError, LookupError):  # whose text has the address, and so perhaps a key
        raise FinalError(f"{venue.shown} is no address to connect to") from None
    except (InvalidHandshake, OSError) as error:  # the latter are TimeoutError and gaierror as well
        raise UnreachableError(reason(error)) from None
    assert isinstance(connection, Stream)
    return connection


def refusal(venue: Venue, status: int, header: str | None) -> UnreachableError | FinalError:
    """What an answer to the handshake means that is no handshake."""
    text, wait = venue.statuses.get(status) or STATUSES.get(status) or ("it is not ready", 0.0)
    text = f"{text} (HTTP {status})"
    if wait == inf:
        return FinalError(text)
    asked = retry_after(header, datetime.now(UTC), MAX_RETRY_AFTER)
    return UnreachableError(text, asked or wait)
