"""An alert as a line of JSON: for programs, for the ledger, and to be kept. Pure: no sockets, no clock."""

import json
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from tick import Tick, render
from watch.alert import Alert
from watch.exact import EXACT
from watch.rule import Kind, Rule

Fields = dict[str, object]

DEFAULT = Rule()
EXTENDED = ', "extended": true}'  # the end of a line that is kept, for its words alone


def json_line(alert: Alert) -> str:
    """Numbers are exact decimal strings; percentages of moves and means are rounded to 28 digits; instants are UTC."""
    return json.dumps(
        {
            "id": alert.id,
            "kind": alert.rule.kind,
            "rule": alert.rule.name,
            "severity": alert.rule.severity,
            "ticker": alert.tick.ticker,
            **_seen(alert.tick, "price", ""),
            **_of_kind(alert),
            "gap": alert.after_gap,
            "confirmed": alert.confirmed,
            "received": render(alert.received) if alert.received else None,
        }
    )


def kept_line(alert: Alert) -> str:
    """The line, and whether the tick was traded outside regular hours, which only people are told."""
    line = json_line(alert)
    return line.removesuffix("}") + EXTENDED if alert.tick.extended else line


def published(line: str) -> str:
    """The line of `json_line` that a kept one has in it."""
    return line.removesuffix(EXTENDED) + "}" if line.endswith(EXTENDED) else line


def _of_kind(alert: Alert) -> Fields:
    """The fields that its kind has."""
    match alert.rule.kind:
        case "rise":
            return _move(alert, "low", "rise")
        case "fall":
            return _move(alert, "high", "fall")
        case "above" | "below":
            assert alert.base is not None
            return {"level": f"{alert.rule.threshold:f}", **_seen(alert.base, "previous_price", "previous_")}
        case _:
            return _volume(alert)


def _move(alert: Alert, base: str, move: str) -> Fields:
    assert alert.base is not None
    assert alert.percent is not None
    return {
        **_seen(alert.base, base, f"{base}_"),
        f"{move}_percent": f"{abs(alert.percent):f}",
        "threshold_percent": f"{alert.rule.threshold:f}",
        "window_seconds": alert.rule.window.total_seconds(),
    }


def _volume(alert: Alert) -> Fields:
    return {
        "volume": f"{alert.volume:f}",
        "mean_volume": f"{alert.mean:f}",
        "threshold_times": f"{alert.rule.threshold:f}",
        "window_seconds": alert.rule.window.total_seconds(),
        "windows": alert.rule.windows,
    }


def _seen(tick: Tick, price: str, prefix: str) -> Fields:
    """Price, time and number of a tick: the price under a name of its own."""
    return {price: f"{tick.price:f}", f"{prefix}timestamp": render(tick.timestamp), f"{prefix}seq": tick.seq}


class Line(msgspec.Struct, frozen=True):
    """The fields of `json_line`; those that not every kind has are None elsewhere."""

    id: str
    kind: Kind
    ticker: str
    price: Decimal
    timestamp: datetime
    seq: int | None
    gap: bool
    received: datetime | None
    rule: str | None = None  # this, severity and confirmed were added later
    severity: str = DEFAULT.severity
    confirmed: bool = True
    window_seconds: float = DEFAULT.window.total_seconds()
    windows: int = DEFAULT.windows
    threshold_percent: Decimal | None = None
    threshold_times: Decimal | None = None
    level: Decimal | None = None
    low: Decimal | None = None
    low_timestamp: datetime | None = None
    low_seq: int | None = None
    high: Decimal | None = None
    high_timestamp: datetime | None = None
    high_seq: int | None = None
    previous_price: Decimal | None = None
    previous_timestamp: datetime | None = None
    previous_seq: int | None = None
    rise_percent: Decimal | None = None
    fall_percent: Decimal | None = None
    volume: Decimal | None = None
    mean_volume: Decimal | None = None
    extended: bool = False


_read = msgspec.json.Decoder(Line).decode


def alert_of(line: str) -> Alert:
    """What `json_line` or `kept_line` was given; of its rule, only what the line says.

    ValueError or ArithmeticError if it is no such line, as another version of the watch may have written it.
    """
    said = _read(line)
    tick, base = Tick(said.ticker, said.price, said.timestamp, said.seq, extended=said.extended), _base(said)
    percent = said.rise_percent if said.fall_percent is None else EXACT.minus(said.fall_percent)
    is_volume, is_move = said.kind == "volume", said.kind in ("rise", "fall")
    needed = [said.volume, said.mean_volume] if is_volume else [base.price if base else None, *([percent] * is_move)]
    if not all(number is not None and number.is_finite() for number in [said.price, *needed]) or said.mean_volume == 0:
        raise ValueError("a number is missing")
    return Alert(
        said.id, tick, _rule(said), base, percent, said.volume, said.mean_volume, said.confirmed, said.gap,
        said.received,
    )  # fmt: skip


def _rule(said: Line) -> Rule:
    thresholds = {"rise": said.threshold_percent, "fall": said.threshold_percent, "volume": said.threshold_times}
    threshold = thresholds.get(said.kind, said.level)
    if threshold is None or not threshold > 0:
        raise ValueError("there is no threshold")
    name, window = said.rule or said.kind, timedelta(seconds=said.window_seconds)
    return Rule(threshold, window, name=name, kind=said.kind, windows=said.windows, severity=said.severity)


def _base(said: Line) -> Tick | None:
    bases = {
        "rise": (said.low, said.low_timestamp, said.low_seq),
        "fall": (said.high, said.high_timestamp, said.high_seq),
        "volume": (None, None, None),
    }
    price, instant, seq = bases.get(said.kind, (said.previous_price, said.previous_timestamp, said.previous_seq))
    return None if price is None or instant is None else Tick(said.ticker, price, instant, seq)
