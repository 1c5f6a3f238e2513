"""What nobody wants to hear of for a while: a ticker, of one rule or of all.

Each rule is a constraint of the database, named `alertsnooze_<field>_<rule>`.
"""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from rest.columns import Versioned
from rest.locks import lock_rows_of
from rest.rules import Conflict, rule
from rest.tickers import TICKER, TICKER_LENGTH, ticker_form

from .columns import RULE, RULE_LENGTH, rule_form, username_column

MAX_SNOOZE_DAYS = 365
MAX_SNOOZE = timedelta(days=MAX_SNOOZE_DAYS)
MAX_SNOOZES = 1000
OVER = "Must be in the future."
TOO_LONG = f"Must be at most {MAX_SNOOZE_DAYS} days from now."


class AlertSnoozeQuerySet(models.QuerySet["AlertSnooze"]):
    """`AlertSnooze.objects`."""

    def active(self) -> "AlertSnoozeQuerySet":
        """Those that are not over."""
        return self.filter(until__gt=Now())

    @transaction.atomic
    def enter(self, ticker: str, rule: str, until: datetime, by: str | None) -> tuple["AlertSnooze", bool]:
        """Snooze a ticker, of the rule or, if that is empty, of all; return the snooze, and whether it is new.

        One that there is already ends at the new instant. Those that are over are forgotten. Conflict if there are
        MAX_SNOOZES.
        """
        lock_rows_of(self.model)
        self.exclude(pk__in=self.active()).delete()
        found = self.filter(ticker=ticker, rule=rule).first()
        if found is None and self.count() >= MAX_SNOOZES:
            raise Conflict(f"There are at most {MAX_SNOOZES} snoozes.")
        snooze = found or self.model(ticker=ticker, rule=rule)
        snooze.until, snooze.created_by = until, by
        snooze.save()
        return snooze, found is None


class AlertSnooze(Versioned):
    """Until an instant, alerts of the ticker are told to nobody; with a rule, those of that rule."""

    id = models.AutoField(primary_key=True)
    ticker = models.CharField(max_length=TICKER_LENGTH, validators=[ticker_form])
    rule = models.CharField(max_length=RULE_LENGTH, default="", blank=True, validators=[rule_form])
    until = models.DateTimeField()
    created_by = username_column()

    objects = AlertSnoozeQuerySet.as_manager()

    class Meta:
        ordering = ("-updated_at", "-id")
        constraints = (
            rule("ticker_form", Q(ticker__regex=TICKER), ticker_form.message),
            rule("rule_form", Q(rule="") | Q(rule__regex=RULE), rule_form.message),
            rule("until_ahead", Q(until__gt=F("updated_at")), OVER),
            rule("until_length", Q(until__lte=F("updated_at") + MAX_SNOOZE), TOO_LONG),
            models.UniqueConstraint(
                fields=["ticker", "rule"],
                name="alertsnooze_ticker_unique",
                violation_error_message="Is snoozed already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticker} until {self.until:%Y-%m-%d %H:%M} UTC"


def wrong_until(until: datetime) -> str | None:
    """Why a snooze cannot end then; None if it can."""
    now = timezone.now()
    return OVER if until <= now else TOO_LONG if until > now + MAX_SNOOZE else None
