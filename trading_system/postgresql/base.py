"""Django's PostgreSQL backend, with a health check that takes no query, and with statements that are planned once."""

from collections.abc import Sequence
from itertools import count
from select import POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

MAX_PLANS = 100  # of a connection; further statements are planned each time
# The plan may be made while the tables are empty, and used when they are not: it goes along indexes from the start.
SETTINGS = (
    "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"
)


class DatabaseWrapper(base.DatabaseWrapper):
    """An idle connection on which nothing has arrived is usable: a server that ends one closes it.

    Django's own check (CONN_HEALTH_CHECKS) is a query at each request, up to a tenth of the time of a short one.
    """

    def is_usable(self) -> bool:
        """Whether a query would be answered. The server is asked in a transaction, after errors, and about arrivals."""
        if self.errors_occurred or self.connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
            return bool(super().is_usable())
        arrivals = poll()
        arrivals.register(self.connection, POLLIN)
        return not arrivals.poll(0) or bool(super().is_usable())

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.plans: dict[str, str] = {}  # names of prepared statements by their SQL
        self.numbers = count()
        return super().get_new_connection(conn_params)

    def execute_planned(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement that PostgreSQL reads and plans once for a connection, and not at each execution.

        It has to be one that goes along the same indexes whatever its parameters are. In a transaction, whose settings
        are its own, it is planned as any other is.
        """
        with self.cursor() as cursor:
            if not self.get_autocommit() or (sql not in self.plans and len(self.plans) >= MAX_PLANS):
                cursor.execute(sql, parameters)
            else:
                self._execute_prepared(cursor, sql, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def _execute_prepared(self, cursor: Any, sql: str, parameters: Sequence[Any]) -> None:
        """In one message, and so one transaction. A name whose first execution fails is not used again."""
        name = self.plans.get(sql) or f"plan_{next(self.numbers)}"
        places = f" ({', '.join(['%s'] * len(parameters))})" if parameters else ""
        steps = [SETTINGS, f"EXECUTE {name}{places}"]
        if sql not in self.plans:
            steps.insert(0, f"PREPARE {name} AS {numbered(sql)}")
        cursor.execute("; ".join(steps), parameters)
        self.plans[sql] = name


def numbered(sql: str) -> str:
    """The SQL with $1, $2 and so on in place of each %s."""
    first, *others = sql.split("%s")
    return first + "".join(f"${number}{text}" for number, text in enumerate(others, 1))
