"""The same thing done by several at the same moment, each with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def together(count: int, do: Callable[[], Any]) -> list[Any]:
    """What each of them got."""
    barrier = Barrier(count)

    def one(_: int) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return do()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
