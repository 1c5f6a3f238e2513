"""An alert as the watch prints it, from the columns that were read of it. Pure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from rest import instants

from .kinds import MEMBERS, OWN
from .selection import COLUMNS, NUMBERS


def as_told(columns: Mapping[str, Any]) -> dict[str, Any]:
    """What PostgreSQL writes of an alert with these columns, without what the ledger adds."""
    names = MEMBERS[columns["kind"]]
    shown = [column for column in COLUMNS if column in names or column not in OWN]
    return {names.get(column, column): in_json(column, columns[column]) for column in shown}


def in_json(column: str, value: Any) -> Any:
    """Decimals are strings, but for durations; instants are texts in UTC."""
    if isinstance(value, Decimal):
        return number(value) if column in NUMBERS else f"{value:f}"
    return instants.render(value) if isinstance(value, datetime) else value


def number(value: Decimal) -> int | float:
    """As a JSON number: exact up to 15 digits, more than a duration has."""
    return int(value) if value == value.to_integral_value() else float(value)
