"""What the watch reported: moves of a price, levels that it crossed, volumes; and what was held then.

Each rule is a constraint of the database, named `<model>_<field>_<rule>`.
"""

from functools import reduce
from operator import or_

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from rest import instants
from rest.rules import rule
from rest.tickers import TICKER, TICKER_LENGTH, ticker_form

from .alert_rules import AlertRule as AlertRule
from .changes import AlertChange as AlertChange
from .changes import keep_changes
from .columns import (
    NO_REASON,
    RULE,
    RULE_LENGTH,
    Kind,
    Withdrawal,
    amount_rules,
    exact,
    known_rules,
    rule_form,
    severity_column,
    username_column,
    windows_rule,
    withdrawal_column,
)
from .kinds import OPTIONAL, OWN, required
from .managers import AlertManager
from .previews import AlertPreview as AlertPreview
from .snoozes import AlertSnooze as AlertSnooze

ID = r"\A[A-Za-z0-9._:-]+\Z"
ID_LENGTH = 64
AMOUNTS = (
    "price", "base_price", "percent", "threshold_percent", "window_seconds", "level", "volume", "mean_volume",
    "threshold_times",
)  # fmt: skip
AFTER = "Must not be after timestamp."
OTHER_FIELDS = "Each kind has its own fields, and none of another kind."

id_form = RegexValidator(ID, "Must be letters, digits and . _ : - without spaces.")


def seq_column() -> models.BigIntegerField:
    """The feed's number of a tick, from 0 on; null if the feed gave none."""
    return models.BigIntegerField(null=True, validators=[MinValueValidator(0)])


def columns_of(kind: str) -> Q:
    """An alert of this kind has all of its columns, and none of another's."""
    needed = required(kind)
    nulls = {f"{name}__isnull": name not in needed for name in OWN if name not in OPTIONAL}
    seqs = {} if "base_price" in needed else {"base_seq__isnull": True}
    return Q(kind=kind, **nulls, **seqs)


class Alert(models.Model):
    """What raised it is the tick of `price` and `timestamp`; the kind says which of the other columns it has.

    A rise or a fall is `percent` from its base, the low or high of the window. A level was crossed since the base, the
    tick before. A volume is more than `threshold_times` the mean of the windows before.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, db_collation="C", validators=[id_form])
    kind = models.CharField(max_length=6, choices=Kind)
    rule = models.CharField(max_length=RULE_LENGTH, validators=[rule_form])
    severity = severity_column()
    ticker = models.CharField(max_length=TICKER_LENGTH, validators=[ticker_form])
    price = exact()
    timestamp = models.DateTimeField()
    seq = seq_column()
    base_price = exact(null=True)
    base_timestamp = models.DateTimeField(null=True)
    base_seq = seq_column()
    percent = exact(null=True)
    threshold_percent = exact(null=True)
    window_seconds = exact(null=True)
    level = exact(null=True)
    volume = exact(null=True)
    mean_volume = exact(null=True)
    threshold_times = exact(null=True)
    windows = models.IntegerField(null=True)
    gap = models.BooleanField()
    confirmed = models.BooleanField(default=True, db_default=True)
    received = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True, editable=False)
    acknowledged_by = username_column()
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_reason = withdrawal_column()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AlertManager()

    class Meta:
        ordering = ("-timestamp", "-id")
        indexes = (
            models.Index(fields=["timestamp", "id"], name="alert_timestamp"),
            models.Index(fields=["ticker", "timestamp", "id"], name="alert_ticker_timestamp"),
            models.Index(fields=["timestamp", "id"], name="alert_open", condition=Q(acknowledged_at__isnull=True)),
        )
        constraints = (
            rule("id_form", Q(id__regex=ID), id_form.message),
            *known_rules(),
            rule("rule_form", Q(rule__regex=RULE), rule_form.message),
            rule("ticker_form", Q(ticker__regex=TICKER), ticker_form.message),
            *(one for amount in AMOUNTS for one in amount_rules(amount)),
            windows_rule(),
            rule("timestamp_year", Q(timestamp__gte=instants.BEGIN), "Must be from the year 1 on."),
            rule("seq_sign", Q(seq__gte=0), "Must not be below zero."),
            rule("base_seq_sign", Q(base_seq__gte=0), "Must not be below zero."),
            rule("base_timestamp_order", Q(base_timestamp__lte=F("timestamp")), AFTER),
            rule("kind_columns", reduce(or_, map(columns_of, Kind.values)), OTHER_FIELDS),
            rule(
                "base_price_side",
                ~Q(kind__in=[Kind.RISE, Kind.FALL])
                | Q(kind=Kind.RISE, base_price__lt=F("price"))
                | Q(kind=Kind.FALL, base_price__gt=F("price")),
                "Must be below price in a rise, and above it in a fall.",
            ),
            rule(
                "level_crossed",
                ~Q(kind__in=[Kind.ABOVE, Kind.BELOW])
                | Q(kind=Kind.ABOVE, level__lt=F("price"), base_price__lte=F("level"))
                | Q(kind=Kind.BELOW, level__gt=F("price"), base_price__gte=F("level")),
                "Must be between previous_price, which may be on it, and price.",
            ),
            rule(
                "acknowledged_by_when",
                Q(acknowledged_by__isnull=True) | Q(acknowledged_at__isnull=False),
                "Only of an alert that was acknowledged.",
            ),
            rule("withdrawn_reason_known", Q(withdrawn_reason__in=Withdrawal.values), NO_REASON),
            rule(
                "withdrawn_reason_when",
                Q(withdrawn_reason__isnull=True, withdrawn_at__isnull=True)
                | Q(withdrawn_reason__isnull=False, withdrawn_at__isnull=False),
                "Every withdrawn alert has one, and no other.",
            ),
        )
        triggers = (keep_changes(),)

    def __str__(self) -> str:
        return f"{self.rule}: {self.kind} of {self.ticker}, at {self.price:f}"


class Holding(models.Model):
    """What an account held of an alert's ticker when it was raised: below zero where it was sold short.

    Of the account, the room of accounts knows more; its trades keep it from being deleted.
    """

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="holdings", db_index=False)
    account_id = models.IntegerField()
    quantity = exact()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["alert", "account_id"],
                name="holding_alert_unique",
                violation_error_message="Is known of the account.",
            ),
            rule("quantity_held", ~Q(quantity=0) & Q(quantity__lt=10**200), "Must not be zero."),
        )

    def __str__(self) -> str:
        return f"{self.quantity:f} in account {self.account_id}"
