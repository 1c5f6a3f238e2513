"""Where alerts go: lines for people, or one JSON object a line for programs."""

import json
from datetime import timedelta

from detector import Alert
from tick import render


def text_line(alert: Alert) -> str:
    return f"📈 Price Spike Alert: {alert.ticker} increased by {alert.rise_percent:.1f}% in {duration(alert.window)}!"


def json_line(alert: Alert) -> str:
    """Numbers are exact decimal strings; `rise_percent` is rounded to 28 digits."""
    return json.dumps(
        {
            "id": alert.id,
            "ticker": alert.ticker,
            "price": f"{alert.price:f}",
            "timestamp": render(alert.timestamp),
            "low": f"{alert.low:f}",
            "low_timestamp": render(alert.low_timestamp),
            "rise_percent": f"{alert.rise_percent:f}",
            "threshold_percent": f"{alert.threshold_percent:f}",
        }
    )


def duration(window: timedelta) -> str:
    """In whole minutes where it is, else in seconds."""
    minutes, rest = divmod(window, timedelta(minutes=1))
    amount, unit = (minutes, "minute") if not rest else (f"{window.total_seconds():g}", "second")
    return f"{amount} {unit}" if str(amount) == "1" else f"{amount} {unit}s"
