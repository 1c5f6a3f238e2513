"""What the watch reported: moves of a price beyond a threshold within a window.

Each rule is a constraint of the database, named `alert_<field>_<rule>`.
"""

from functools import partial

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from rest import columns, instants
from rest.columns import ExactDecimalField
from rest.rules import rule
from rest.tickers import TICKER, TICKER_LENGTH, ticker_form

from .managers import AlertManager

NO_KIND = 'Must be "rise" or "fall".'
ID = r"\A[A-Za-z0-9._:-]+\Z"
ID_LENGTH = 64
AMOUNTS = ("price", "base_price", "percent", "threshold_percent", "window_seconds")
WHOLE_DIGITS, DECIMALS = 50, 80  # of a price or a percentage: the watch takes prices from 1e-20 to 1e20
LARGEST_SEQ = 2**63 - 1

id_form = RegexValidator(ID, "Must be letters, digits and . _ : - without spaces.")


def exact() -> ExactDecimalField:
    """A column of exact decimals: up to WHOLE_DIGITS before the point, and DECIMALS after it."""
    return ExactDecimalField(max_digits=WHOLE_DIGITS + DECIMALS, decimal_places=DECIMALS)


def seq_column() -> models.BigIntegerField:
    """The feed's number of a tick, from 0 on; null if the feed gave none."""
    return models.BigIntegerField(null=True, validators=[MinValueValidator(0)])


amount_rules = partial(columns.amount_rules, whole=WHOLE_DIGITS, decimals=DECIMALS)


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
    seq = seq_column()
    base_price = exact()
    base_timestamp = models.DateTimeField()
    base_seq = seq_column()
    percent = exact()
    threshold_percent = exact()
    window_seconds = exact()
    gap = models.BooleanField()
    received = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AlertManager()

    class Meta:
        ordering = ("-timestamp", "-id")
        indexes = (
            models.Index(fields=["timestamp", "id"], name="alert_timestamp"),
            models.Index(fields=["ticker", "timestamp", "id"], name="alert_ticker_timestamp"),
        )
        constraints = (
            rule("id_form", Q(id__regex=ID), id_form.message),
            rule("kind_known", Q(kind__in=Kind.values), NO_KIND),
            rule("ticker_form", Q(ticker__regex=TICKER), ticker_form.message),
            *(one for amount in AMOUNTS for one in amount_rules(amount)),
            rule("timestamp_year", Q(timestamp__gte=instants.BEGIN), "Must be from the year 1 on."),
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
