"""Files of trades, sent at once, and what became of them."""

from typing import Any

from rest_framework.test import APIClient

from trades.models import Trade

URL = "/api/trades/bulk/"
CSV = "ticker,price,quantity,side,timestamp,note\nAAPL,170.25,10,buy,2025-06-06T20:00:00Z,\nmsft,1e2,0.10,SELL,2025-06-06T20:00:00Z,two\n"
MIXED = "ticker,price,quantity,side,timestamp\nA,1,1,buy,2025-06-06T20:00:00Z\nB,1,0,hold,2025-06-06T20:00:00Z\nC,1,1,buy,2025-06-06T20:00:00Z\n"
HEADER = "ticker,price,quantity,side,timestamp,external_id,note\n"
FILL = "AAPL,170.25,10,buy,2025-06-06T20:00:00Z,fill-1,first\n"


def send(
    api: APIClient, file: str | bytes = CSV, options: str = "", content_type: str = "text/csv", **extra: Any
) -> Any:
    return api.generic("POST", f"{URL}?{options}", file, content_type=content_type, **extra)


def counts(answer: Any) -> tuple[int, int, int, int]:
    report = answer.json()
    return answer.status_code, report["created"], report["duplicates"], report["failed"]


def tickers() -> list[str]:
    return list(Trade.objects.order_by("id").values_list("ticker", flat=True))
