"""What was seen of the market: candles of a minute, and the last price of each ticker.

Each rule is a constraint of the database, named `<model>_<field>_<rule>`.
"""

from datetime import timedelta

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Greatest, Least

from rest import instants
from rest.columns import DECIMALS, WHOLE_DIGITS, amount_rules, exact
from rest.rules import rule
from rest.tickers import TICKER, TICKER_LENGTH, ticker_form

from .managers import CandleManager
from .sources import SOURCES

MINUTE = timedelta(minutes=1)
NO_MINUTE = "Must be the beginning of a minute."
TOO_HIGH = "Must not be above open or close."
TOO_LOW = "Must not be below open or close."
BELOW_ZERO = "Must not be below zero."
NO_TICKS = "Must be above zero."
NOT_IN_MINUTE = "Must be within the minute."
BEFORE_FIRST = "Must not be before first."
NO_SOURCE = f"Must be one of {', '.join(SOURCES)}."
NOT_OF_TICKS = "Must be above zero, and not above ticks."
BEFORE_YEAR_1 = "Must be from the year 1 on."


class Minute(Func):
    """The minute that an instant is in, of UTC; of what stays the same in every session, as constraints need it."""

    template = "date_bin('1 minute', %(expressions)s, '2000-01-01Z')"
    output_field = models.DateTimeField()


def ticker_column() -> models.CharField:
    return models.CharField(max_length=TICKER_LENGTH, db_collation="C", validators=[ticker_form])


def source_column() -> models.CharField:
    return models.CharField(max_length=10, db_collation="C", choices=[(one, one) for one in SOURCES])


class Candle(models.Model):
    """What is known of a ticker's minute that begins at `timestamp`, in the market that `source` is.

    `volume` is None if no tick had a quantity. `first` and `last` are the instants of its first and last tick. `gap`
    says that ticks were lost. `opening_ticks` and `closing_ticks` had the part of it whose open and close it has.
    """

    pk = models.CompositePrimaryKey("source", "ticker", "timestamp")
    source = source_column()
    ticker = ticker_column()
    timestamp = models.DateTimeField()
    open = exact()
    high = exact()
    low = exact()
    close = exact()
    volume = exact(null=True)
    ticks = models.BigIntegerField()
    gap = models.BooleanField()
    first = models.DateTimeField()
    last = models.DateTimeField()
    opening_ticks = models.BigIntegerField()
    closing_ticks = models.BigIntegerField()

    objects = CandleManager()

    class Meta:
        ordering = ("source", "ticker", "timestamp")
        indexes = (BrinIndex(fields=["timestamp"], name="candle_timestamp_brin"),)  # for those that are too old
        constraints = (
            rule("source_known", Q(source__in=SOURCES), NO_SOURCE),
            rule("ticker_form", Q(ticker__regex=TICKER), ticker_form.message),
            rule("timestamp_year", Q(timestamp__gte=instants.BEGIN), BEFORE_YEAR_1),
            rule("timestamp_minute", Q(timestamp=Minute("timestamp")), NO_MINUTE),
            *(one for price in ("open", "high", "low", "close") for one in amount_rules(price, WHOLE_DIGITS, DECIMALS)),
            *amount_rules("volume", WHOLE_DIGITS, DECIMALS, signed=True),
            rule("volume_sign", Q(volume__gte=0), BELOW_ZERO),
            rule("high_order", Q(high__gte=Greatest("open", "close")), TOO_LOW),
            rule("low_order", Q(low__lte=Least("open", "close")), TOO_HIGH),
            rule("ticks_above_zero", Q(ticks__gt=0), NO_TICKS),
            rule("first_minute", Q(first__gte=F("timestamp"), first__lt=F("timestamp") + MINUTE), NOT_IN_MINUTE),
            rule("last_minute", Q(last__gte=F("timestamp"), last__lt=F("timestamp") + MINUTE), NOT_IN_MINUTE),
            rule("last_order", Q(last__gte=F("first")), BEFORE_FIRST),
            rule("opening_ticks_range", Q(opening_ticks__gt=0, opening_ticks__lte=F("ticks")), NOT_OF_TICKS),
            rule("closing_ticks_range", Q(closing_ticks__gt=0, closing_ticks__lte=F("ticks")), NOT_OF_TICKS),
        )

    def __str__(self) -> str:
        return f"{self.ticker} at {instants.render(self.timestamp)}"


class LastPrice(models.Model):
    """The newest price of a ticker that any candle of `source` closed with, and when it was; it outlives the candle."""

    pk = models.CompositePrimaryKey("source", "ticker")
    source = source_column()
    ticker = ticker_column()
    price = exact()
    timestamp = models.DateTimeField()

    class Meta:
        ordering = ("source", "ticker")
        constraints = (
            rule("source_known", Q(source__in=SOURCES), NO_SOURCE),
            rule("ticker_form", Q(ticker__regex=TICKER), ticker_form.message),
            *amount_rules("price", WHOLE_DIGITS, DECIMALS),
            rule("timestamp_year", Q(timestamp__gte=instants.BEGIN), BEFORE_YEAR_1),
        )

    def __str__(self) -> str:
        return f"{self.ticker}: {self.price:f}"
