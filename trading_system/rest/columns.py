"""Columns that models share: of amounts, which are decimals that keep every digit, of versions, and of transactions."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from .rules import rule

WHOLE_DIGITS, DECIMALS = 50, 80  # of what the watch sends, which takes prices from 1e-20 to 1e20
ABOVE_ZERO = "Must be above zero."
# With the names of DRF's DecimalField, which fills them in.
MOST_WHOLE = "At most {max_whole_digits} digits before the point."
MOST_DECIMALS = "At most {max_decimal_places} digits after the point."


class ExactDecimalField(models.DecimalField):
    """A decimal that comes back digit for digit: PostgreSQL's `numeric` without a scale keeps trailing zeros."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric"


def exact(*, null: bool = False) -> ExactDecimalField:
    """A column of what the watch sends: up to WHOLE_DIGITS before the point, and DECIMALS after it."""
    return ExactDecimalField(max_digits=WHOLE_DIGITS + DECIMALS, decimal_places=DECIMALS, null=null)


def above_zero(value: Decimal) -> None:
    """A validator: ValidationError unless the value is above zero."""
    if value <= 0:
        raise ValidationError(ABOVE_ZERO)


def amount_rules(field: str, whole: int, decimals: int, *, signed: bool = False) -> list[models.CheckConstraint]:
    """No more digits than fit, and above zero unless it is signed; NaN is above every number, and so too large."""
    scale = models.Func(F(field), function="scale", output_field=models.IntegerField())
    low = {f"{field}__gt": -(10**whole)} if signed else {}
    digits = {"max_whole_digits": whole, "max_decimal_places": decimals}
    return [
        *([] if signed else [rule(f"{field}_above_zero", Q(**{f"{field}__gt": 0}), ABOVE_ZERO)]),
        rule(f"{field}_whole_digits", Q(**low, **{f"{field}__lt": 10**whole}), MOST_WHOLE.format(**digits)),
        rule(f"{field}_decimals", LessThanOrEqual(scale, decimals), MOST_DECIMALS.format(**digits)),
    ]


class TransactionField(models.Field):
    """The id of the transaction that wrote the row, PostgreSQL's `xid8`, which never wraps: as a text of digits."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "xid8"


class CurrentTransaction(models.Func):
    """The id of the transaction that writes, the same in all its savepoints; for the `db_default` of a column."""

    function = "pg_current_xact_id"
    output_field = TransactionField()


def transaction_column() -> TransactionField:
    """A column that the database fills in. An UPDATE keeps it, unless a trigger sets it anew."""
    return TransactionField(db_default=CurrentTransaction(), editable=False)


def in_digits(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its decimals as they are written: every digit, no exponent."""
    return {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in row.items()}


class Versioned(models.Model):
    """What may be changed: no two versions share their `updated_at`."""

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    def save(self, **options: Any) -> None:
        if self._state.adding:
            super().save(**options)
            self.refresh_from_db(fields=["created_at", "updated_at"])  # which the database has set
        else:
            self.updated_at = max(timezone.now(), self.updated_at + timedelta(microseconds=1))
            super().save(**options)
