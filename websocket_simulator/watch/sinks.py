"""Where alerts go: lines for people, or one JSON object a line for programs."""

import json
from datetime import timedelta

from tick import render
from watch.alert import Alert


def text_line(alert: Alert) -> str:
    """The percentage is rounded to a tenth."""
    assert alert.percent is not None
    span = duration(alert.rule.window)
    if alert.rule.kind == "fall":
        return f"📉 Price Drop Alert: {alert.tick.ticker} decreased by {-alert.percent:.1f}% in {span}!"
    return f"📈 Price Spike Alert: {alert.tick.ticker} increased by {alert.percent:.1f}% in {span}!"


def json_line(alert: Alert) -> str:
    """Numbers are exact decimal strings, `…_percent` of the move is rounded to 28 digits; instants are UTC."""
    tick, base = alert.tick, alert.base
    assert base is not None
    assert alert.percent is not None
    base_name, move = ("high", "fall") if alert.rule.kind == "fall" else ("low", "rise")
    return json.dumps(
        {
            "id": alert.id,
            "kind": move,
            "ticker": tick.ticker,
            "price": f"{tick.price:f}",
            "timestamp": render(tick.timestamp),
            "seq": tick.seq,
            base_name: f"{base.price:f}",
            f"{base_name}_timestamp": render(base.timestamp),
            f"{base_name}_seq": base.seq,
            f"{move}_percent": f"{abs(alert.percent):f}",
            "threshold_percent": f"{alert.rule.threshold:f}",
            "window_seconds": alert.rule.window.total_seconds(),
            "gap": alert.after_gap,
            "received": render(alert.received) if alert.received else None,
        }
    )


def duration(window: timedelta) -> str:
    """In whole minutes where it is, else in seconds."""
    minutes, rest = divmod(window, timedelta(minutes=1))
    amount, unit = (minutes, "minute") if not rest else (f"{window.total_seconds():g}", "second")
    return f"{amount} {unit}" if str(amount) == "1" else f"{amount} {unit}s"
