"""What the watch reported: moves of a price beyond a threshold within a window.

Each rule is a constraint of the database, named `alert_<field>_<rule>`.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import LessThanOrEqual

from rest.columns import ExactDecimalField
from rest.tickers import TICKER, TICKER_LENGTH, ticker_form

ID = r"\A[A-Za-z0-9._:-]+\Z"
ID_LENGTH = 64
WHOLE_DIGITS, DECIMALS = 50, 80  # of a price or a percentage: the watch takes prices from 1e-20 to 1e20
LARGEST_SEQ = 2**63 - 1

id_form = RegexValidator(ID, "Must be letters, digits and . _ : - without spaces.")


def exact() -> ExactDecimalField:
    return ExactDecimalField(max_digits=WHOLE_DIGITS + DECIMALS, decimal_places=DECIMALS)


def number() -> models.BigIntegerField:
    return models.BigIntegerField(null=True, validators=[MinValueValidator(0)])


def rule(name: str, condition: Q | LessThanOrEqual, message: Any) -> models.CheckConstraint:
    return models.CheckConstraint(name=f"alert_{name}", condition=condition, violation_error_message=message)


def exact_rules(field: str) -> list[models.CheckConstraint]:
    """Above zero, and no more digits than fit; NaN is above every number, and so too large."""
    scale = models.Func(F(field), function="scale", output_field=models.IntegerField())
    return [
        rule(f"{field}_above_zero", Q(**{f"{field}__gt": 0}), "Must be above zero."),
        rule(
            f"{field}_whole_digits",
            Q(**{f"{field}__lt": Decimal(10) ** WHOLE_DIGITS}),
            f"At most {WHOLE_DIGITS} digits before the point.",
        ),
        rule(f"{field}_decimals", LessThanOrEqual(scale, DECIMALS), f"At most {DECIMALS} digits after the point."),
    ]


class Kind(models.TextChoices):
    RISE = "rise"
    FALL = "fall"


class Alert(models.Model):
    """A price of a ticker that is `percent` above the low of its window, or below the high: the base."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, db_collation="C", validators=[id_form])
    kind = models.CharField(max_length=4, choices=Kind)
    ticker = models.CharField(max_length=TICKER_LENGTH, validators=[ticker_form])
    price = exact()
    timestamp = models.DateTimeField()
    seq = number()
    base_price = exact()
    base_timestamp = models.DateTimeField()
    base_seq = number()
    percent = exact()
    threshold_percent = exact()
    window_seconds = exact()
    gap = models.BooleanField()
    received = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-timestamp", "-id")
        indexes = (
            models.Index(fields=["timestamp", "id"], name="alert_timestamp"),
            models.Index(fields=["ticker", "timestamp", "id"], name="alert_ticker_timestamp"),
        )
        constraints = (
            rule("id_form", Q(id__regex=ID), id_form.message),
            rule("kind_known", Q(kind__in=Kind.values), 'Must be "rise" or "fall".'),
            rule("ticker_form", Q(ticker__regex=TICKER), ticker_form.message),
            *exact_rules("price"),
            *exact_rules("base_price"),
            *exact_rules("percent"),
            *exact_rules("threshold_percent"),
            *exact_rules("window_seconds"),
            rule("timestamp_year", Q(timestamp__gte=datetime.min.replace(tzinfo=UTC)), "Must be from the year 1 on."),
            rule("seq_sign", Q(seq__gte=0), "Must not be below zero."),
            rule("base_seq_sign", Q(base_seq__gte=0), "Must not be below zero."),
            rule("base_timestamp_order", Q(base_timestamp__lte=F("timestamp")), "Must not be after timestamp."),
            rule(
                "base_price_side",
                Q(kind=Kind.RISE, base_price__lt=F("price")) | Q(kind=Kind.FALL, base_price__gt=F("price")),
                "Must be below price in a rise, and above it in a fall.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.ticker} by {self.percent:.2f} %"
