"""The ledger's one table. Each rule is a constraint of the database, named `trade_<field>_<rule>`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

TICKER = r"\A[A-Z0-9][A-Z0-9._/:=^-]*\Z"  # as in BRK.B, XRP/ETH, BINANCE:BTCUSDT, EURUSD=X
TICKER_LENGTH = 32
WHOLE_DIGITS, DECIMALS = 12, 8
AHEAD = timedelta(days=1)  # how far after the moment of writing a trade may lie, for clocks that differ

ticker_form = RegexValidator(TICKER, "Must be letters, digits and . _ / : = ^ - and begin with a letter or digit.")


def normal_ticker(text: str) -> str:
    """Trimmed and upper-cased. Only ASCII is: some other letters turn into ASCII ones."""
    text = text.strip(" ")
    return text.upper() if text.isascii() else text


def above_zero(value: Decimal) -> None:
    if value <= 0:
        raise ValidationError("Must be above zero.")


def at_most_a_day_ahead(instant: datetime) -> None:
    if instant > timezone.now() + AHEAD:
        raise ValidationError("Must not be more than a day in the future.")


class ExactDecimalField(models.DecimalField):
    """A decimal that comes back digit for digit: PostgreSQL's `numeric` without a scale keeps trailing zeros."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric"


def amount() -> ExactDecimalField:
    return ExactDecimalField(max_digits=WHOLE_DIGITS + DECIMALS, decimal_places=DECIMALS, validators=[above_zero])


def amount_rules(field: str) -> list[models.BaseConstraint]:
    """Above zero, and no more digits than fit; NaN is above every number, and so too large."""
    scale = models.Func(F(field), function="scale", output_field=models.IntegerField())
    rules: list[tuple[str, Q | LessThanOrEqual, str]] = [
        ("above_zero", Q(**{f"{field}__gt": 0}), "Must be above zero."),
        ("whole_digits", Q(**{f"{field}__lt": 10**WHOLE_DIGITS}), f"At most {WHOLE_DIGITS} digits before the point."),
        ("decimals", LessThanOrEqual(scale, DECIMALS), f"At most {DECIMALS} digits after the point."),
    ]
    return [
        models.CheckConstraint(name=f"trade_{field}_{name}", condition=condition, violation_error_message=message)
        for name, condition, message in rules
    ]


class Side(models.TextChoices):
    BUY = "buy"
    SELL = "sell"


class Trade(models.Model):
    """One fill: so much of a ticker, bought or sold at a price, at an instant."""

    ticker = models.CharField(max_length=TICKER_LENGTH, validators=[ticker_form])
    price = amount()
    quantity = amount()
    side = models.CharField(max_length=4, choices=Side)
    timestamp = models.DateTimeField(db_default=Now(), validators=[at_most_a_day_ahead])
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-timestamp", "-id")
        indexes = (
            models.Index(fields=["timestamp", "id"], name="trade_timestamp"),
            models.Index(fields=["ticker", "timestamp", "id"], name="trade_ticker_timestamp"),
        )
        constraints = (
            models.CheckConstraint(
                name="trade_ticker_form",
                condition=Q(ticker__regex=TICKER),
                violation_error_message=ticker_form.message,
            ),
            *amount_rules("price"),
            *amount_rules("quantity"),
            models.CheckConstraint(
                name="trade_side_known",
                condition=Q(side__in=Side.values),
                violation_error_message='Must be "buy" or "sell".',
            ),
            models.CheckConstraint(
                name="trade_timestamp_ahead",
                condition=Q(timestamp__lte=F("updated_at") + AHEAD),
                violation_error_message="Must not be more than a day in the future.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.side} {self.quantity:f} {self.ticker} at {self.price:f}"

    def save(self, *, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        if not self._state.adding:
            self.updated_at = timezone.now()
            update_fields = update_fields and {*update_fields, "updated_at"}
        super().save(update_fields=update_fields, **options)
