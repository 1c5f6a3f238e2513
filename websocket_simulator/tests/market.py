"""The part of a ledger that keeps candles, as the API says: what is known of a minute is joined."""

import json
from collections import deque
from decimal import Decimal
from typing import Any

CANDLES = "/api/market/candles/"
Known = dict[str, Any]


def decimal(text: str | None) -> Decimal:
    return Decimal(text or 0)


class Market:
    """`answers` are given in turn, and then the `usual` one; a request that has a candle of `refused` gets 400.

    `candles` are those that were accepted, by ticker and beginning, and `requests` the lengths of what came.
    """

    def __init__(self) -> None:
        self.answers: deque[int | str] = deque()
        self.usual: int | str = 200
        self.refused = ""
        self.candles: dict[tuple[str, str], Known] = {}
        self.requests: list[int] = []
        self.tokens: list[str | None] = []

    def answer(self, body: str, token: str | None) -> int | str:
        candles: list[Known] = json.loads(body)
        self.requests.append(len(candles))
        self.tokens.append(token)
        answer = self.answers.popleft() if self.answers else self.usual
        if answer == 200 and any(candle["ticker"] == self.refused for candle in candles):
            answer = 400
        if answer == 200:
            for candle in candles:
                key = candle["ticker"], candle["timestamp"]
                self.candles[key] = self.join(self.candles[key], candle) if key in self.candles else candle
        return answer

    def join(self, known: Known, told: Known) -> Known:
        more = told if (told["ticks"], known["gap"]) > (known["ticks"], told["gap"]) else known
        opens = told if told["first"] < known["first"] else known
        closes = told if told["last"] > known["last"] or (more is told and told["last"] == known["last"]) else known
        return {
            **more,
            "open": opens["open"],
            "first": opens["first"],
            "high": max(known["high"], told["high"], key=decimal),
            "low": min(known["low"], told["low"], key=decimal),
            "close": closes["close"],
            "last": closes["last"],
            "volume": max(known["volume"], told["volume"], key=decimal),
        }
