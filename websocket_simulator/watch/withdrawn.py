"""An alert that is taken back, as the venue has taken back a trade on which it rests: as a line, and in words.

Programs read `{"id": "…", "withdrawn": "cancelled", "at": "…"}`; what the words are made of is kept beside that.
Pure: no sockets, no clock.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from tick import render
from watch.raised import RaisedAlert

SUFFIX = ":withdrawn"  # of the alert's id, in the outbox
Reason = Literal["cancelled", "corrected"]


class Withdrawn(msgspec.Struct, frozen=True):
    """`id` is the alert's, `withdrawn` the reason and `at` when it was heard; `words` say what its ticker did."""

    id: str
    withdrawn: Reason
    at: datetime
    ticker: str
    words: str
    severity: str


_read = msgspec.json.Decoder(Withdrawn).decode


def withdrawn_of(line: str) -> Withdrawn | None:
    """What `kept_line` was given; None for another line."""
    if '"withdrawn"' not in line:
        return None
    try:
        return _read(line)
    except ValueError:
        return None


def kept_line(alert: RaisedAlert, reason: Reason, at: datetime) -> str:
    """Its line in the outbox, in ASCII."""
    return json.dumps(
        {
            "id": alert.id,
            "withdrawn": reason,
            "at": render(at),
            "ticker": alert.ticker,
            "words": alert.words,
            "severity": alert.severity,
        }
    )


def json_line(withdrawn: Withdrawn) -> str:
    """The line for programs."""
    return json.dumps({"id": withdrawn.id, "withdrawn": withdrawn.withdrawn, "at": render(withdrawn.at)})


def text_line(withdrawn: Withdrawn) -> str:
    """The line for people."""
    return f"Alert withdrawn: {withdrawn.words} (the trade was {withdrawn.withdrawn})"


def line_of(withdrawn: Sequence[Withdrawn]) -> str:
    """One line for at least one."""
    last = withdrawn[-1]
    if len(withdrawn) == 1:
        return text_line(last)
    tickers = len({one.ticker for one in withdrawn})
    who = f"of {tickers} tickers" if tickers > 1 else f"of {last.ticker}"
    return f"Alerts withdrawn: {len(withdrawn)} {who}; the latest: {last.words} (the trade was {last.withdrawn})"
