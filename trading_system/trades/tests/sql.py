"""A trade written by SQL, past all that Python knows."""

from typing import Any

from django.db import connection, transaction

GOOD = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy", "timestamp": "2025-06-06T20:00:00Z"}


def insert(**values: Any) -> None:
    row = GOOD | values
    places = ", ".join(["%s"] * len(row))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO trades_trade ({', '.join(row)}) VALUES ({places})", list(row.values()))
